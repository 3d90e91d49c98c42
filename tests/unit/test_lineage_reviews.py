"""Two lineages under one card, from the fold's side: told, dismissed by an operator, settled by a withdrawal.

The suite was seen to catch, one by one: a dismissal that outlives a new form (lapses), and a ruling that is lost when
the next form comes (kept).
"""

import msgspec

from services.validator.fold import ValidatorFold
from services.validator.orders import Orders, read_ruling
from services.validator.reading import Read
from services.validator.refusals import Refused
from services.validator.state import pack_household, unpack_household
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.contracts.events import Conflicted, microseconds_of
from shared.contracts.identity import claimant_key
from shared.contracts.orders import RulingOrder, SeenClaim, encode_order
from shared.contracts.versions import LINEAGES, CurrentVersion
from shared.domain.facts import PERSON, Fact
from shared.domain.households import Lineage, Version
from shared.domain.rulings import Reason
from shared.ledger.fold import Input

CARD = b"h" * 16
SOMEBODY = b"p" * 16


class Given:
    """Reads what it was given: the body of an input is an index."""

    def __init__(self) -> None:
        self.reads: list[Read | Orders | Refused] = []

    def read(self, source: Input) -> Read | Orders | Refused:
        return self.reads[source.position]


class Card:
    """One household, its fold and its state."""

    def __init__(self) -> None:
        self._given = Given()
        self._fold = ValidatorFold(self._given, 2)
        self.state = b""
        self.told: list[Conflicted] = []
        self.current: dict[str, CurrentVersion] = {}

    def send(self, read: Read | Orders | Refused) -> None:
        self._given.reads.append(read)
        prepared = self._fold.prepare([Input(0, len(self._given.reads) - 1, b"")])
        states = dict.fromkeys(self._fold.keys(prepared), self.state)
        folded = self._fold.fold(prepared, states)
        self.state = folded.states.get(CARD, self.state)
        self.told.extend(msgspec.json.decode(each.event, type=Conflicted) for each in folded.notices if each.event)
        for each in folded.notices:
            if each.collection == LINEAGES:
                assert not each.event
                self.current[each.key] = msgspec.json.decode(each.document, type=CurrentVersion)

    def form(self, lineage: int, at: int, *, members: tuple[bytes, ...] = (SOMEBODY,)) -> None:
        name, event = bytes([lineage]) * 16, bytes([at]) * 16
        head = Head(Kind.SUBMISSION, Codec.JSON, "k1", at, 0, event, CARD, name, NOBODY, bytes(32))
        facts: dict[bytes, tuple[Fact, ...]] = {member: (Fact(3509122003, PERSON),) for member in members}
        version = Version(at, at, event, event, members)
        self.send(Read(Input(0, 0, b""), head, Lineage(name, claimant_key(CARD, name)), version, facts))

    def dismiss(self) -> None:
        """By an operator who saw the newest review."""
        seen = tuple(
            SeenClaim(bytes.fromhex(each.claimant), microseconds_of(each.received_at), bytes.fromhex(each.submission))
            for each in self.told[-1].claims
            if each.counted
        )
        order = RulingOrder(CARD, "dismiss", seen, "an-operator", Reason.OTHER, of="household")
        head = Head(Kind.DECISION, Codec.JSON, "k1", 77, 0, bytes(16), CARD, NOBODY, NOBODY, bytes(32))
        self.send(read_ruling(Input(0, 0, b""), head, encode_order(order)))

    @property
    def states(self) -> list[str]:
        return [each.state for each in self.told]


def doubted() -> Card:
    card = Card()
    card.form(1, 5)
    card.form(2, 9)
    return card


def test_a_second_lineage_opens_a_review_and_its_withdrawal_settles_it() -> None:
    card = doubted()
    card.form(2, 10, members=())
    assert card.states == ["open", "settled"]
    assert {each.kind for each in card.told} == {"household"}


def test_an_operator_dismisses_a_review_and_it_says_who_and_why() -> None:
    card = doubted()
    card.dismiss()
    assert card.states == ["open", "dismissed"]
    decided = card.told[-1].decided
    assert decided is not None
    assert (decided.by, decided.reason, decided.holds) == ("an-operator", "other", True)


def test_a_dismissal_lapses_with_the_next_form_and_is_kept_to_be_seen() -> None:
    card = doubted()
    card.dismiss()
    card.form(1, 20)
    assert card.states == ["open", "dismissed", "open"]
    decided = card.told[-1].decided
    assert decided is not None
    assert not decided.holds


def test_a_dismissal_changes_nobodys_claims() -> None:
    card = doubted()
    before = unpack_household(card.state)
    card.dismiss()
    after = unpack_household(card.state)
    assert after.lineages == before.lineages
    assert after.ruling is not None
    assert pack_household(after) == card.state


def test_a_dismissal_of_a_card_that_nobody_filled_in_does_nothing() -> None:
    card = Card()
    order = RulingOrder(CARD, "dismiss", (), "an-operator", Reason.OTHER, of="household")
    head = Head(Kind.DECISION, Codec.JSON, "k1", 77, 0, bytes(16), CARD, NOBODY, NOBODY, bytes(32))
    card.send(read_ruling(Input(0, 0, b""), head, encode_order(order)))
    assert (card.state, card.told) == (b"", [])


def test_a_household_can_be_dismissed_and_no_more() -> None:
    content = encode_order(RulingOrder(CARD, "leave", (), "an-operator", Reason.OTHER, of="household"))
    head = Head(Kind.DECISION, Codec.JSON, "k1", 77, 0, bytes(16), CARD, NOBODY, NOBODY, bytes(32))
    refused = read_ruling(Input(0, 0, b""), head, content)
    assert isinstance(refused, Refused)
    assert refused.code == "not-a-ruling"


def test_the_version_in_force_is_written_down_once_there_is_more_than_one() -> None:
    card, claimant = Card(), claimant_key(CARD, bytes([1]) * 16).hex()
    card.form(1, 5)
    assert card.current == {}
    card.form(1, 7)
    assert card.current[claimant] == CurrentVersion(
        "07" * 16, 7, "1970-01-01T00:00:00.000007Z", withdrawn=False, versions=2
    )
    # One that comes late is told of the newer one as well.
    card.form(1, 3)
    assert (card.current[claimant].submission, card.current[claimant].versions) == ("07" * 16, 3)
    card.form(1, 9, members=())
    assert card.current[claimant].withdrawn
    # Another sender's form under the same card is a lineage of its own.
    card.form(2, 11)
    assert card.current.keys() == {claimant}


def test_a_withdrawal_without_a_form_is_written_down() -> None:
    card = Card()
    card.form(1, 5, members=())
    assert card.current[claimant_key(CARD, bytes([1]) * 16).hex()].withdrawn
