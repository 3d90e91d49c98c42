"""What the opening balance of a shredded day says of a form, as the claims that opening the form led to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.identity import nobody_key
from shared.contracts.opening_balance import KnownForm, KnownPerson, birth_in
from shared.domain.facts import HEAD, CountedAddress, Fact, household_traits, person_traits


@dataclass(frozen=True, slots=True)
class _Person:
    """What traits are read off. `nik` says only whether there is one; the birth date is in the right band."""

    nik: str | None
    sex: int
    birth_date: date
    relationship: int
    same_as_card: bool
    education: int | None
    activity: int | None
    address: CountedAddress | None = None


def claimed_by(form: KnownForm, household: bytes, census_day: date) -> Mapping[bytes, tuple[Fact, ...]]:
    """Byte for byte what the reader makes of the form itself."""
    claimed: dict[bytes, tuple[Fact, ...]] = {}
    riders: list[Fact] = []
    head: bytes | None = None
    for each in form.people:
        fact = Fact(each.place, person_traits(_person(each, census_day), census_day, clean=form.clean))
        if each.key is None:
            riders.append(fact)
            continue
        claimed[each.key] = (fact,)
        if each.relationship == HEAD:
            head = each.key
    family = Fact(form.place, household_traits(form.grade, len(claimed) - (head is not None)))
    if head is None:
        claimed[nobody_key(household)] = (family, *riders)
    else:
        claimed[head] = (*claimed[head], family, *riders)
    return claimed


def _person(known: KnownPerson, census_day: date) -> _Person:
    return _Person(
        None if known.key is None else "",
        known.sex,
        birth_in(known.band, census_day),
        known.relationship,
        not known.away,
        known.education,
        known.activity,
    )
