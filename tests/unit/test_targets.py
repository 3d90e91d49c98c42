"""Known numbers: the file that they come in, and what ships."""

import pytest

from shared.domain.regions import NATION, catalogue
from shared.runtime.targets import TargetsError, read_targets, shipped_targets

HEAD = "subject,number,source,date"


def test_what_ships_adds_up_and_leaves_out_what_is_not_known() -> None:
    numbers = {target.subject: target.number for target in shipped_targets()}
    regencies = {code: number for code, number in numbers.items() if code.startswith("35.")}
    assert len(regencies) == 38
    assert sum(regencies.values()) == numbers["35"] == 40_665_696
    assert numbers[NATION] == 270_203_917
    papua = {"91", "92", "93", "94", "95", "96"}
    assert not papua & numbers.keys()
    assert set(catalogue().children(NATION)) - numbers.keys() == papua
    provinces = sum(number for code, number in numbers.items() if len(code) == 2 and code != NATION)
    assert numbers[NATION] - provinces == 4_303_707 + 1_134_068


def test_regions_and_agencies_are_read() -> None:
    lines = [HEAD, "35.09,2536729,BPS,2020-09-30", 'DINKES-3509, 120 ,"Roster, 1 September",2026-09-01']
    region, agency = read_targets(lines)
    assert (region.subject, region.number) == ("35.09", 2_536_729)
    assert (agency.subject, agency.number, agency.source, agency.day) == (
        "DINKES-3509",
        120,
        "Roster, 1 September",
        "2026-09-01",
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("35.99,10,BPS,2020-09-30", "no such region"),
        ("35.09,many,BPS,2020-09-30", "whole number"),
        ("35.09,0,BPS,2020-09-30", "whole number"),
        ("35.09,-5,BPS,2020-09-30", "whole number"),
        ("35.09,١٢,BPS,2020-09-30", "whole number"),
        ("35.09,10,,2020-09-30", "source"),
        ("35.09,10,BPS,30 September", "date"),
        ("35.09,10", "source"),
        ("not an agency,10,BPS,2020-09-30", "code of a region or an agency"),
        ("35.08,10,BPS,2020-09-30\n35.08,11,BPS,2020-09-30", "a subject twice"),
    ],
)
def test_a_wrong_line_is_named_and_not_repeated(line: str, words: str) -> None:
    with pytest.raises(TargetsError) as raised:
        read_targets([HEAD, "35.07,10,BPS,2020-09-30", *line.split("\n")])
    assert words in str(raised.value)
    assert line.rsplit("\n", maxsplit=1)[-1].split(",", maxsplit=1)[0] not in str(raised.value)
    assert "line 2" not in str(raised.value)


def test_all_wrong_lines_are_told_at_once_up_to_a_point() -> None:
    with pytest.raises(TargetsError) as raised:
        read_targets([HEAD, *["35.99,0,,x"] * 15])
    assert "line 11: " in str(raised.value)
    assert "and 5 more" in str(raised.value)


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(TargetsError, match="the columns must be subject,number,source,date"):
        read_targets(["code,people", "35,10"])
