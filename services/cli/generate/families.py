"""Families, one after another: at home in a village, consistent in themselves, each with a card of its own."""

from typing import Final
from zlib import crc32

from msgspec.structs import replace

from services.cli.generate import answers, words
from services.cli.generate.numbers import Cards, Niks
from services.cli.generate.people import Home, marital_statuses, member_of
from services.cli.generate.places import Places
from services.cli.generate.plan import Plan
from services.cli.generate.seeds import seeded
from services.cli.generate.shapes import CHILD, HEAD, RELATIVE, Shape, Shapes
from services.cli.population import figures
from shared.contracts.submission import QUESTIONNAIRE_VERSION, Address, Housing, Member, Submission
from shared.domain.household_code import BYTES, household_code
from shared.domain.regions import Catalogue

UNDER_17, FOREIGNER, NOT_RECORDED, REFUSED = 1, 2, 3, 4
"""Why somebody has no NIK."""
_FOREIGN_CITIZEN: Final = 2

_APART: Final = 0.008
"""Share of the people who live apart from their family; the rest of those away from their card's address are families
that live together, elsewhere."""
_MAY_LIVE_APART: Final = frozenset({CHILD, RELATIVE})
_AGES_APART: Final = range(17, 30)
_BORN_ELSEWHERE: Final = 0.12


class Families:
    """
    Args:
        plan: how many, where, from which seed.
        catalogue: the regions that there are.
    """

    def __init__(self, plan: Plan, catalogue: Catalogue) -> None:
        """
        Raises:
            UnknownRegionError: the catalogue does not have the plan's region.
        """
        published = figures()
        traits = plan.traits
        self.places = Places(plan.region, catalogue, published)
        self._catalogue = catalogue
        self._rng = seeded("families", plan.seed)
        self._shapes = Shapes(published.band_share, traits.people_per_family)
        self._niks = Niks(plan.seed, plan.census_day)
        self._cards = Cards(plan.seed)
        self._last_year = plan.census_day.year - 1
        self._code_salt = crc32(f"code:{plan.seed}".encode())
        self._made = 0
        self._without_card = traits.without_card
        self._away = max(0.0, (traits.away_from_card - _APART) / (1 - _APART))
        could = self._shapes.mean(_MAY_LIVE_APART, _AGES_APART, 0.5)
        self._apart = min(_APART, traits.away_from_card) * traits.people_per_family / could
        self._birth_places: dict[str, str] = {}

    def next(self) -> Submission:
        """The family's first form, without a submission id."""
        rng = self._rng
        village = self.places.draw(rng)
        away = rng.random() < self._away
        registered = self.places.draw(rng) if away else village
        shapes = self._shapes.draw(rng, self.places.male_share(village))
        self._made += 1
        bits = rng.getrandbits(64)
        home = self._home(registered, bits, away=away)
        marital = marital_statuses(shapes, rng)
        members = tuple(
            self._member(shape, home, status, registered) for shape, status in zip(shapes, marital, strict=True)
        )
        with_card = rng.random() >= self._without_card
        return Submission(
            version=QUESTIONNAIRE_VERSION,
            card=self._cards.issue(_digits(registered)) if with_card else None,
            code=None if with_card else self._code(),
            address=_address(village, bits >> 20),
            members=members,
            housing=_housing(rng.getrandbits(30), members),
        )

    def new_card(self, form: Submission) -> str:
        """Another card for a family that moved, married or split; issued where it lives now."""
        return self._cards.issue(_digits(form.address.village))

    def address(self) -> Address:
        """Anywhere."""
        return _address(self.places.draw(self._rng), self._rng.getrandbits(40))

    def _member(self, shape: Shape, home: Home, marital: int, registered: str) -> Member:
        rng = self._rng
        where = self.places.draw(rng) if shape.relationship != CHILD and rng.random() < _BORN_ELSEWHERE else registered
        apart = (
            shape.relationship in _MAY_LIVE_APART
            and shape.age in _AGES_APART
            and marital != answers.MARRIED
            and rng.random() < self._apart
        )
        member = member_of(
            shape,
            home,
            self._niks,
            rng.getrandbits(64),
            marital=marital,
            registered=_digits(where),
            address=self.address() if apart else None,
        )
        return self._perhaps_without_nik(member, shape)

    def _perhaps_without_nik(self, member: Member, shape: Shape) -> Member:
        drawn = self._rng.random()
        if shape.age < 17:
            missing = drawn < (0.10 if shape.age == 0 else 0.01)
            return replace(member, nik=None, no_nik_reason=UNDER_17) if missing else member
        if drawn < 0.001:
            return replace(member, nik=None, no_nik_reason=NOT_RECORDED)
        if drawn < 0.0015:
            return replace(member, nik=None, no_nik_reason=REFUSED)
        if drawn < 0.002 and shape.relationship != HEAD:
            country = words.COUNTRIES[int(drawn * 1e6) % len(words.COUNTRIES)]
            return replace(
                member, nik=None, no_nik_reason=FOREIGNER, citizenship=_FOREIGN_CITIZEN, country=country, ethnicity=None
            )
        return member

    def _home(self, registered: str, bits: int, *, away: bool) -> Home:
        province = registered[:2]
        largest, other = words.PEOPLES[province]
        return Home(
            birth_place=self._birth_place(registered[:5]),
            religion=answers.religion_of(province)[bits & 63],
            ethnicity=largest if (bits >> 6) & 7 else other,
            since=f"{self._last_year - (bits >> 9) % 40}-{1 + (bits >> 15) % 12:02d}",
            away=away,
        )

    def _birth_place(self, regency: str) -> str:
        name = self._birth_places.get(regency)
        if name is None:
            name = self._catalogue.name(regency).removeprefix("Kabupaten ").removeprefix("Kota ")
            self._birth_places[regency] = name
        return name

    def _code(self) -> str:
        """A household code as the form gives one; never the same twice."""
        return household_code((self._code_salt << 48 | self._made).to_bytes(BYTES, "big"))


def _address(village: str, bits: int) -> Address:
    return Address(
        village=village,
        rt=f"{1 + bits % 12:03d}",
        rw=f"{1 + (bits >> 4) % 9:03d}",
        street=f"Jl. {words.STREETS[(bits >> 8) % len(words.STREETS)]} No. {1 + (bits >> 16) % 150}",
    )


def _housing(bits: int, members: tuple[Member, ...]) -> Housing:
    """A dwelling whose parts go together; somebody works who has an official one."""
    tenure = answers.TENURE[bits & 63]
    electricity = answers.ELECTRICITY[bits >> 6 & 63]
    water = answers.WATER[bits >> 12 & 63]
    toilet = answers.TOILET[bits >> 18 & 63]
    floor = answers.FLOOR[bits >> 24 & 63]
    if tenure == answers.OFFICIAL_DWELLING and all(member.activity != answers.WORKS for member in members):
        tenure = answers.OWN_DWELLING
    if floor in answers.POOR_FLOORS:
        electricity = answers.LITTLE_POWER
    if floor in answers.FINE_FLOORS:
        toilet = answers.OWN_TOILET
    if electricity in answers.MUCH_POWER and water in answers.OPEN_WATER:
        water = answers.BOTTLED
    return Housing(tenure=tenure, electricity=electricity, water=water, toilet=toilet, floor=floor)


def _digits(village: str) -> str:
    return village[:2] + village[3:5] + village[6:8]
