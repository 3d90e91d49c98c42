"""Keys, and how they come and go."""

from datetime import timedelta

import pytest

from shared.runtime.partners import PartnerError, make_key, new_partner, partner_sender, read_key
from tests.partners import MADE, partner

HOUR = timedelta(hours=1)


def test_a_key_is_read_as_it_was_made_and_shows_its_secret_nowhere_else() -> None:
    key = make_key()
    assert read_key(f" {key} ") == key
    assert key.secret not in repr(key)
    some, key = partner()
    assert key.secret not in repr(some)
    assert some.keys[0].hashed not in repr(some)
    assert make_key() != make_key()


@pytest.mark.parametrize("text", ["", "cacah_", "CCH-7K3M-Q9XD", "cacah_12345678_", "cacah_1234567g_" + "0" * 48])
def test_other_text_is_no_key(text: str) -> None:
    assert read_key(text) is None


def test_a_rotated_key_ends_after_its_grace_and_the_new_one_does_not() -> None:
    some, old = partner()
    fresh = make_key()
    rotated = some.rotated(fresh, MADE + HOUR, MADE + 2 * HOUR)
    assert [key.id for key in rotated.valid_keys(MADE + HOUR)] == [old.id, fresh.id]
    assert [key.id for key in rotated.valid_keys(MADE + 2 * HOUR)] == [fresh.id]
    # A second rotation does not give the first key more time, and one at once ends all the others.
    again = rotated.rotated(make_key(), MADE + HOUR, MADE + 9 * HOUR)
    assert [key.ends_at for key in again.keys] == [MADE + 2 * HOUR, MADE + 9 * HOUR, None]
    at_once = rotated.rotated(make_key(), MADE + HOUR, MADE + HOUR)
    assert len(at_once.valid_keys(MADE + HOUR)) == 1


def test_a_revoked_partner_has_no_valid_key_and_gets_none() -> None:
    some, key = partner()
    revoked = some.revoked(MADE + HOUR)
    assert revoked.valid_keys(MADE) == ()
    assert revoked.revoked(MADE + 2 * HOUR).revoked_at == MADE + HOUR
    with pytest.raises(PartnerError, match="revoked"):
        revoked.rotated(make_key(), MADE, MADE)
    assert some.without_key(key.id, MADE).valid_keys(MADE) == ()
    with pytest.raises(PartnerError, match="no key"):
        some.without_key("00000000", MADE)


def test_a_partner_writes_the_rosters_of_its_own_agencies_only() -> None:
    some, _ = partner("dinas", "roster", agencies=("A-1",))
    assert some.may_enrol("A-1")
    assert not some.may_enrol("A-2")
    assert not partner("dinas")[0].may_enrol("A-1")


@pytest.mark.parametrize(
    ("name", "scopes", "agencies"),
    [
        ("Dinas", ("submit",), ()),
        ("-dinas", ("submit",), ()),
        ("a" * 41, ("submit",), ()),
        ("dinas", (), ()),
        ("dinas", ("roster",), ()),
        ("dinas", ("submit",), ("A-1",)),
    ],
)
def test_a_partner_that_makes_no_sense_is_refused(
    name: str, scopes: tuple[str, ...], agencies: tuple[str, ...]
) -> None:
    with pytest.raises(PartnerError):
        new_partner(
            name,
            name=name,
            scopes=frozenset(scopes),  # type: ignore[arg-type]  # as they may come from outside
            agencies=frozenset(agencies),
            key=make_key(),
            now=MADE,
        )


def test_a_sender_is_never_the_public_and_never_another() -> None:
    assert partner_sender("a") != partner_sender("b")
    assert len(partner_sender("a")) == 16
    assert any(partner_sender("a"))
