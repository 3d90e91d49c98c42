from datetime import date

import pytest

from shared.domain.nik import nik_key_digits, parse_nik
from shared.domain.regions import Level, Standing, catalogue
from tests.unit.nik_cases import Case, cases, rules

TODAY = date(2026, 11, 24)
SOMEBODY = "3509120101909901"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.rule)
def test_the_table_of_cases_is_right_in_every_column(case: Case) -> None:
    nik = parse_nik(
        case.text,
        as_of=case.as_of,
        stated_birth_date=case.stated_birth_date,
        stated_sex=case.stated_sex,
    )
    assert {
        "valid": nik.valid,
        "errors": list(nik.errors),
        "warnings": list(nik.warnings),
        "sex": nik.sex,
        "birth_dates": [day.isoformat() for day in nik.birth_dates],
        "region": nik.region,
    } == case.answer


def test_the_table_has_a_case_for_every_rule_and_a_rule_for_every_case() -> None:
    assert {case.rule for case in cases()} == set(rules())
    assert len(cases()) >= 300


def test_every_present_district_is_accepted_without_a_warning() -> None:
    for district in catalogue().codes(Level.DISTRICT):
        nik = parse_nik(f"{district}.150875.9901", as_of=TODAY)
        assert (nik.valid, nik.warnings, nik.region) == (True, (), district)
        assert nik.region_standing is Standing.CURRENT


@pytest.mark.parametrize(
    ("region", "standing"),
    [
        ("350912", Standing.CURRENT),
        ("910101", Standing.RETIRED),
        ("640501", Standing.RETIRED),
        ("540101", Standing.RETIRED),
        ("910199", Standing.UNKNOWN),
        ("353001", Standing.UNKNOWN),
        ("350999", Standing.UNKNOWN),
        ("000101", Standing.NEVER_USED),
        ("350001", Standing.NEVER_USED),
        ("350900", Standing.NEVER_USED),
    ],
)
def test_a_number_says_how_its_region_stands_today(region: str, standing: Standing) -> None:
    assert parse_nik(f"{region}0101909901", as_of=TODAY).region_standing is standing


@pytest.mark.parametrize("text", [SOMEBODY, "35.09.12.010190.9901", f" {SOMEBODY}\n"])
def test_the_digits_come_out_the_same_however_they_were_written(text: str) -> None:
    assert parse_nik(text, as_of=TODAY).digits == nik_key_digits(text) == SOMEBODY


def test_digits_are_given_for_sixteen_of_them_and_for_nothing_else() -> None:
    for case in cases():
        nik = parse_nik(case.text, as_of=case.as_of)
        damaged = any(code for code in nik.errors if code.startswith(DAMAGE))
        assert (nik.digits is None) is damaged
        assert nik.digits == nik_key_digits(case.text)


DAMAGE = (
    "nik-empty",
    "nik-spreadsheet",
    "nik-foreign-digit",
    "nik-letter-",
    "nik-character",
    "nik-separator",
    "nik-15-",
    "nik-17-",
    "nik-too-",
)


def test_the_text_of_a_result_shows_neither_the_number_nor_the_birth_date() -> None:
    shown = repr(parse_nik(SOMEBODY, as_of=TODAY))
    assert SOMEBODY not in shown
    assert "1990" not in shown
