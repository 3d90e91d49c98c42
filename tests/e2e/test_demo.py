"""The whole path: engines, services, forms over HTTP, totals in MongoDB, an audit of the log."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ANY_PORT, QUICK_KAFKA


@pytest.mark.engines
@pytest.mark.timeout(300)
def test_a_province_is_counted_and_the_audit_agrees(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("cacah")), "demo", "--exit", "--households", "600", "--seed", "3"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, **ANY_PORT, **QUICK_KAFKA},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    audited = re.search(r"^OK cells=(\d+) people=(\d+) differences=0", done.stdout, re.MULTILINE)
    assert audited is not None, done.stdout
    assert int(audited[1]) >= 1000
    assert "DIFFERS" not in done.stdout
    # The audit has recounted these, too.
    offices = re.search(r"^8 offices sent lists with (\d+) names", done.stdout, re.MULTILINE)
    assert offices is not None, done.stdout
    assert int(offices[1]) >= 80
    # Some two thousand people were sent with sixteen-digit numbers; none of them may be shown.
    assert not re.search(r"\d(?:[ .-]?\d){15}", done.stdout + done.stderr)
