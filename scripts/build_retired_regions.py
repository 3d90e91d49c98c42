"""Write `shared/domain/regions/data/retired.txt`: numbers that regions had once and have no longer.

    git clone https://github.com/cahyadsn/wilayah
    python scripts/build_retired_regions.py wilayah

Three sources, named in the last column of the file:

- an edition's year: the regency or district stands in that edition of the Home Ministry's list (the repository keeps
  those of 2016 to 2023) and not in the catalogue that the product ships; the newest such edition is named;
- `gap`: a regency number that the catalogue skips and no edition since 2016 has. A province numbers its regencies in
  sequence, and such gaps are left in two provinces only, as many as regencies left them: five went to Sulawesi Barat in
  2004, five to Kalimantan Utara in 2012. Their districts' old numbers are not on record;
- `ceded`: East Timor, a province until 1999.
"""

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

from shared.domain.regions import Catalogue, Level, catalogue

COMMIT = "b7ad440a1322e7be3189a16a8cac35f7d4c3d7f7"
EDITIONS = ("2016", "2018", "2020", "2022", "2023")
EXPECTED = {"editions: regencies": 26, "editions: districts": 594, "gaps": 10, "ceded": 1}
TARGET = Path(__file__).parents[1] / "shared/domain/regions/data/retired.txt"

ROW = re.compile(r"""\((["'])(\d\d\.\d\d(?:\.\d\d)?)\1\s*,\s*(["'])(.*?)\3\s*\)""")
REGENCY, DISTRICT = 5, 8
FIRST_CITY = 71

Retired = dict[str, tuple[str, str]]
"""Code -> name where known, source."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    current = catalogue()
    listed = from_editions(Path(arguments[0]), current)
    gaps = from_gaps(current, listed)
    counts = {
        "editions: regencies": sum(len(code) == REGENCY for code in listed),
        "editions: districts": sum(len(code) == DISTRICT for code in listed),
        "gaps": len(gaps),
        "ceded": 1,
    }
    sys.stdout.writelines(f"{kind}: {count:,}\n" for kind, count in counts.items())
    if counts != EXPECTED:
        sys.stderr.write("these are not the numbers known to be retired: nothing was written\n")
        return 1
    rows = sorted({**listed, **gaps, "54": ("Timor Timur", "ceded")}.items())
    lines = ["cacah-retired-regions 1", *("\t".join([code, *about]) for code, about in rows), ""]
    TARGET.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return 0


def from_editions(clone: Path, current: Catalogue) -> Retired:
    retired: Retired = {}
    for edition in EDITIONS:
        for _, code, _, name in ROW.findall(read_edition(clone, edition)):
            if code not in current:
                retired[code] = (name, edition)
    return retired


def read_edition(clone: Path, edition: str) -> str:
    shown = subprocess.run(  # noqa: S603
        ["git", "-C", str(clone), "show", f"{COMMIT}:db/archive/wilayah_{edition}.sql"],  # noqa: S607
        check=True,
        capture_output=True,
    )
    return shown.stdout.decode("utf-8")


def from_gaps(current: Catalogue, listed: Retired) -> Retired:
    retired: Retired = {}
    for province in current.codes(Level.PROVINCE):
        numbers = {int(regency[3:]) for regency in current.children(province)}
        cities = {number for number in numbers if number >= FIRST_CITY}
        sequences = (range(1, max(numbers - cities, default=0)), range(FIRST_CITY, max(cities, default=0)))
        for number in chain(*sequences):
            code = f"{province}.{number:02}"
            if number not in numbers and code not in listed:
                retired[code] = ("", "gap")
    return retired


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
