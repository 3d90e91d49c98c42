from datetime import date

import pytest

from shared.domain.kk import parse_kk
from shared.domain.regions import Level, Standing, catalogue
from tests.unit.nik_cases import cases

TODAY = date(2026, 11, 24)
CARD = "3509121503129901"


@pytest.mark.parametrize("text", [CARD, "35.09.12.150312.9901", "350912 150312 9901", f" {CARD}\n"])
def test_a_card_says_where_and_when_the_family_was_recorded(text: str) -> None:
    card = parse_kk(text, as_of=TODAY)
    assert card.valid
    assert card.recorded_on == (date(2012, 3, 15),)
    assert (card.region, card.region_standing, card.digits) == ("35.09.12", Standing.CURRENT, CARD)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("3509124101129901", ("kk-day",)),
        ("3509127112129901", ("kk-day",)),
        ("3509120003129901", ("kk-day",)),
        ("3509123203129901", ("kk-day",)),
        ("3509121513129901", ("kk-month",)),
        ("3509124100129901", ("kk-day", "kk-month")),
        ("3509123102129901", ("kk-date",)),
        ("3509122902139901", ("kk-date",)),
        ("3509121503120000", ("kk-serial-zero",)),
        ("0009121503129901", ("kk-province-never-used",)),
        ("3500121503129901", ("kk-regency-zero",)),
        ("3509001503129901", ("kk-district-zero",)),
    ],
)
def test_what_no_card_can_say_is_an_error(text: str, errors: tuple[str, ...]) -> None:
    card = parse_kk(text, as_of=TODAY)
    assert (card.valid, card.errors) == (False, errors)


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (CARD, ()),
        ("9101011503129901", ("kk-region-retired",)),
        ("3530011503129901", ("kk-regency-unknown",)),
        ("3509991503129901", ("kk-district-unknown",)),
        ("3509121503459901", ("kk-date-doubtful",)),
        ("3509123112769901", ("kk-date-doubtful",)),
        ("3509120101779901", ()),
    ],
)
def test_what_is_doubtful_is_a_warning(text: str, warnings: tuple[str, ...]) -> None:
    card = parse_kk(text, as_of=TODAY)
    assert (card.valid, card.warnings) == (True, warnings)


def test_a_century_before_there_were_cards_is_no_candidate() -> None:
    assert parse_kk("3509122411269901", as_of=TODAY).recorded_on == (TODAY,)
    assert parse_kk("3509122511269901", as_of=TODAY).recorded_on == (date(1926, 11, 25),)
    assert parse_kk("3509120101809901", as_of=TODAY).recorded_on == (date(1980, 1, 1),)


def test_a_recording_to_come_in_both_centuries_is_an_error() -> None:
    assert parse_kk("3509122902009901", as_of=date(2000, 2, 28)).errors == ("kk-date-future",)


def test_every_present_district_issues_cards() -> None:
    for district in catalogue().codes(Level.DISTRICT):
        card = parse_kk(f"{district}.150312.9901", as_of=TODAY)
        assert (card.valid, card.warnings, card.region) == (True, (), district)


def test_a_text_that_is_no_nik_by_its_writing_is_no_card_either() -> None:
    for case in cases():
        card = parse_kk(case.text, as_of=TODAY)
        damaged = case.rule in {
            "empty",
            "ascii",
            "letter-o",
            "letter-i",
            "character",
            "spreadsheet",
            "separator-place",
            "length",
            "length-15",
            "length-17",
        }
        assert (card.digits is None) is damaged
        if damaged:
            expected = case.answer["errors"]
            assert [code.replace("kk-", "nik-", 1) for code in card.errors] == expected


def test_the_text_of_a_result_does_not_show_the_number() -> None:
    assert CARD not in repr(parse_kk(CARD, as_of=TODAY))
