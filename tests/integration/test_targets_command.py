"""`cacah targets` against a real MongoDB."""

import json
from pathlib import Path

import pytest

from tests.conftest import System
from tests.e2e.conftest import run_cacah

pytestmark = pytest.mark.engines


def test_targets_are_loaded_replaced_and_listed(system: System, tmp_path: Path) -> None:
    where = {"CACAH_MONGO": system.settings.mongo, "CACAH_DATABASE": system.settings.database}
    where["CACAH_STATE"] = str(tmp_path / "none")
    file = tmp_path / "targets.csv"
    for number in (100, 120):
        file.write_text(f"subject,number,source,date\n35.09-DINKES,{number},roster,2026-09-01\n", encoding="utf-8")
        done = run_cacah(["targets", "load", str(file), "--json"], **where)
        assert (done.returncode, json.loads(done.stdout)) == (0, {"taken": 1}), done.stderr
    listed = json.loads(run_cacah(["targets", "list", "--json"], **where).stdout)
    assert listed == [{"subject": "35.09-DINKES", "number": 120, "source": "roster", "date": "2026-09-01"}]


def test_a_wrong_file_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    file.write_text("subject,number,source,date\n35,0,x,2026-09-01\n", encoding="utf-8")
    done = run_cacah(["targets", "load", str(file)], CACAH_STATE=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "line 2: the number must be" in done.stderr
    assert "nothing was taken" in done.stderr
