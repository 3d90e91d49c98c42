"""Perumahan: answers about the dwelling that do not go together."""

from shared.domain.problems import Group, Severity
from shared.domain.rules.model import CHECK, HomeRule, HomeView
from shared.domain.words import Words

OWNED, RENTED, _, OFFICIAL, _ = range(1, 6)
PLN_450, _, PLN_1300, PLN_2200, _, _, NO_POWER = range(1, 8)
PIPED, BOTTLED, _, _, SURFACE, RAIN = range(1, 7)
OWN_TOILET, _, _, NO_TOILET = range(1, 5)
MARBLE, CERAMIC, PARQUET, _, _, _, BAMBOO, EARTH, _ = range(1, 10)


def _earth_floor_high_power(home: HomeView) -> bool:
    housing = home.form.housing
    return housing.floor in {BAMBOO, EARTH} and PLN_2200 <= housing.electricity < PLN_2200 + 2


def _fine_floor_no_power(home: HomeView) -> bool:
    housing = home.form.housing
    return housing.floor in {MARBLE, PARQUET} and housing.electricity == NO_POWER


def _fine_floor_no_toilet(home: HomeView) -> bool:
    housing = home.form.housing
    return housing.floor in {MARBLE, PARQUET} and housing.toilet == NO_TOILET


def _piped_water_no_power_no_toilet(home: HomeView) -> bool:
    housing = home.form.housing
    return housing.water == PIPED and housing.electricity == NO_POWER and housing.toilet == NO_TOILET


def _high_power_open_water(home: HomeView) -> bool:
    housing = home.form.housing
    return housing.electricity in {PLN_2200, PLN_2200 + 1} and housing.water in {SURFACE, RAIN}


def _official_dwelling_without_worker(home: HomeView) -> bool:
    return home.form.housing.tenure == OFFICIAL and all(person.person.activity != 1 for person in home.people)


_W, _G = Severity.WARNING, Group.HOUSING

PERSON_RULES = ()

HOME_RULES = (
    HomeRule(
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
        broken=_earth_floor_high_power,
    ),
    HomeRule(
        "housing-floor-no-power",
        _G,
        _W,
        "/housing/electricity",
        Words("Lantai marmer atau parket tanpa listrik.", "A floor of marble or parquet without electricity."),
        CHECK,
        {"/housing/floor": 1, "/housing/electricity": 7},
        {"/housing/floor": 6, "/housing/electricity": 7},
        broken=_fine_floor_no_power,
    ),
    HomeRule(
        "housing-floor-no-toilet",
        _G,
        _W,
        "/housing/toilet",
        Words("Lantai marmer atau parket tanpa jamban.", "A floor of marble or parquet without a toilet."),
        CHECK,
        {"/housing/floor": 3, "/housing/toilet": 4},
        {"/housing/floor": 6, "/housing/toilet": 4},
        broken=_fine_floor_no_toilet,
    ),
    HomeRule(
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
        broken=_piped_water_no_power_no_toilet,
    ),
    HomeRule(
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
        broken=_high_power_open_water,
    ),
    HomeRule(
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
        broken=_official_dwelling_without_worker,
    ),
)
