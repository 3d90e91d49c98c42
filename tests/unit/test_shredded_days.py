"""A day whose key was shredded or is somewhere else: whoever decides stops, and the audit says why it cannot recount."""

from pathlib import Path

import pytest
from msgspec import structs

from services.validator.reading import Read, Reader
from services.validator.refusals import Refused
from shared.contracts.envelope import Codec, DayShredded, KeyMissing, Sealer, day_key_id
from shared.ledger.fold import Input
from shared.runtime.data_keys import DataKeys
from tests.unit import audit_log, test_audit_compare
from tests.unit.audit_log import CENSUS_DAY, IDENTITY, SubmissionLog, family, head
from tests.unit.test_audit_compare import LogInMemory, TotalsInMemory, audited, right_cells

KEK = bytes(32)


def sealed_by_day(keys: DataKeys) -> SubmissionLog:
    """One record, as intake seals it now."""
    log = SubmissionLog()
    log.send(family(head()))
    plain, content = audit_log.SEALER.open(log.records[0].body)
    day = structs.replace(plain, codec=Codec.ZSTD_JSON, key_id=day_key_id(plain.received_at))
    keys.make_ahead(audit_log.OPENING.date())
    body = Sealer(keys).seal(day, content)
    log.records[0] = log.records[0]._replace(body=body)
    return log


def read(keys: DataKeys, log: SubmissionLog) -> object:
    return Reader(Sealer(keys), IDENTITY, CENSUS_DAY).read(Input(0, 0, log.records[0].body))


def test_the_validator_reads_what_intake_seals_now(tmp_path: Path) -> None:
    log = sealed_by_day(DataKeys(tmp_path, KEK))
    assert isinstance(read(DataKeys(tmp_path, KEK), log), Read)


def test_the_validator_stops_at_a_record_whose_key_is_elsewhere_and_refuses_garbage(tmp_path: Path) -> None:
    log = sealed_by_day(DataKeys(tmp_path / "intake", KEK))
    with pytest.raises(KeyMissing, match="copy it from where intake runs"):
        read(DataKeys(tmp_path / "elsewhere", KEK), log)
    body = log.records[0].body
    garbage = Input(0, 0, body[:6] + b"d19990101" + body[15:])
    refused = Reader(Sealer(DataKeys(tmp_path / "elsewhere", KEK)), IDENTITY, CENSUS_DAY).read(garbage)
    assert isinstance(refused, Refused)
    assert refused.code == "unknown-key"


def test_a_new_count_stops_at_a_shredded_day(tmp_path: Path) -> None:
    keys = DataKeys(tmp_path, KEK)
    log = sealed_by_day(keys)
    keys.shred("d20261001", "for a test")
    with pytest.raises(DayShredded, match="its day cannot be read again"):
        read(DataKeys(tmp_path, KEK), log)


def test_an_audit_says_that_a_shredded_day_cannot_be_recounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = DataKeys(tmp_path, KEK)
    log = sealed_by_day(keys)

    def report() -> tuple[bool, str]:
        monkeypatch.setattr(test_audit_compare, "SEALER", Sealer(DataKeys(tmp_path, KEK)))
        found = audited(LogInMemory(log, 1), TotalsInMemory([(1,)], [cells]))
        return found.ok, found.problem

    other = SubmissionLog()
    other.send(family(head()))
    cells = right_cells(other)
    assert report() == (True, "")
    keys.shred("d20261001", "for a test")
    ok, problem = report()
    assert not ok
    assert "1 records cannot be opened any more" in problem
    assert "can no longer say what the totals must be" in problem
