"""Perumahan: answers about the dwelling that do not go together."""

from shared.domain.problems import Group, Severity
from shared.domain.rules.model import CHECK, WORKING, Dwelling, DwellingRule, HomeView
from shared.domain.words import Words

OWNED, RENTED, _, OFFICIAL, _ = range(1, 6)
PLN_450, _, PLN_1300, PLN_2200, PLN_MORE, _, NO_POWER = range(1, 8)
PIPED, BOTTLED, _, _, SURFACE, RAIN = range(1, 7)
OWN_TOILET, _, _, NO_TOILET = range(1, 5)
MARBLE, CERAMIC, PARQUET, _, _, _, BAMBOO, EARTH, _ = range(1, 10)

_HIGH_POWER = {PLN_2200, PLN_MORE}


def _earth_floor_high_power(dwelling: Dwelling) -> bool:
    return dwelling.floor in {BAMBOO, EARTH} and dwelling.electricity in _HIGH_POWER


def _fine_floor_no_power(dwelling: Dwelling) -> bool:
    return dwelling.floor in {MARBLE, PARQUET} and dwelling.electricity == NO_POWER


def _fine_floor_no_toilet(dwelling: Dwelling) -> bool:
    return dwelling.floor in {MARBLE, PARQUET} and dwelling.toilet == NO_TOILET


def _piped_water_no_power_no_toilet(dwelling: Dwelling) -> bool:
    return dwelling.water == PIPED and dwelling.electricity == NO_POWER and dwelling.toilet == NO_TOILET


def _high_power_open_water(dwelling: Dwelling) -> bool:
    return dwelling.electricity in _HIGH_POWER and dwelling.water in {SURFACE, RAIN}


def _official(dwelling: Dwelling) -> bool:
    return dwelling.tenure == OFFICIAL


def _nobody_works(home: HomeView) -> bool:
    return all(person.activity != WORKING for person in home.form.members)


_W, _G = Severity.WARNING, Group.HOUSING

PERSON_RULES = ()

FAMILY_RULES = ()

DWELLING_RULES = (
    DwellingRule(
        "housing-floor-power",
        _G,
        _W,
        "/housing/electricity",
        Words(
            "Lantai tanah atau bambu dengan daya listrik 2.200 VA atau lebih.",
            "A floor of earth or bamboo with 2,200 VA of electricity or more.",
        ),
        CHECK,
        {"/housing/floor": 8, "/housing/electricity": 4},
        {"/housing/floor": 8, "/housing/electricity": 1},
        when=_earth_floor_high_power,
    ),
    DwellingRule(
        "housing-floor-no-power",
        _G,
        _W,
        "/housing/electricity",
        Words("Lantai marmer atau parket tanpa listrik.", "A floor of marble or parquet without electricity."),
        CHECK,
        {"/housing/floor": 1, "/housing/electricity": 7},
        {"/housing/floor": 6, "/housing/electricity": 7},
        when=_fine_floor_no_power,
    ),
    DwellingRule(
        "housing-floor-no-toilet",
        _G,
        _W,
        "/housing/toilet",
        Words("Lantai marmer atau parket tanpa jamban.", "A floor of marble or parquet without a toilet."),
        CHECK,
        {"/housing/floor": 3, "/housing/toilet": 4},
        {"/housing/floor": 6, "/housing/toilet": 4},
        when=_fine_floor_no_toilet,
    ),
    DwellingRule(
        "housing-water-alone",
        _G,
        _W,
        "/housing/water",
        Words(
            "Air ledeng di rumah tanpa listrik dan tanpa jamban.",
            "Piped water in a home without electricity and without a toilet.",
        ),
        CHECK,
        {"/housing/water": 1, "/housing/electricity": 7, "/housing/toilet": 4},
        {"/housing/water": 1},
        when=_piped_water_no_power_no_toilet,
    ),
    DwellingRule(
        "housing-power-open-water",
        _G,
        _W,
        "/housing/water",
        Words(
            "Daya listrik 2.200 VA atau lebih, tetapi minum air permukaan atau air hujan.",
            "2,200 VA of electricity or more, but surface or rain water to drink.",
        ),
        CHECK,
        {"/housing/electricity": 4, "/housing/water": 5},
        {"/housing/electricity": 2, "/housing/water": 5},
        when=_high_power_open_water,
    ),
    DwellingRule(
        "housing-official-no-worker",
        _G,
        _W,
        "/housing/tenure",
        Words(
            "Rumah dinas, tetapi tidak ada anggota keluarga yang bekerja.",
            "An official dwelling, but nobody in the family works.",
        ),
        CHECK,
        {
            "/housing/tenure": 4,
            "/members/0/activity": 4,
            "/members/0/occupation": None,
            "/members/0/occupation_text": None,
            "/members/0/work_status": None,
        },
        {"/housing/tenure": 4},
        when=_official,
        also=_nobody_works,
    ),
)
