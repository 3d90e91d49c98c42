"""Intake's numbers: one set for all its workers."""

from array import array
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryFile

from services.intake.memory import MemoryPublisher
from services.intake.metrics import Metrics, board_bytes, shared_board
from tests.families import family
from tests.unit.intake_kit import Intake


def count(descriptor: int, worker: int, times: int) -> None:
    metrics = Metrics(shared_board(descriptor), worker)
    for _ in range(times):
        metrics.count("accepted")


def test_workers_count_side_by_side_and_go_on_where_one_ended() -> None:
    with TemporaryFile() as board:
        board.truncate(board_bytes(3))
        fork = get_context("fork")
        workers = [fork.Process(target=count, args=(board.fileno(), worker, 2000)) for worker in (0, 1, 2)]
        for each in workers:
            each.start()
        for each in workers:
            each.join(60)
        again = Metrics(shared_board(board.fileno()), 1)
        again.count("accepted")
        again.count_problem("too-many")
        assert Metrics(shared_board(board.fileno()), 0).of("accepted") == 6001
        text = Metrics(shared_board(board.fileno()), 2).as_text(MemoryPublisher())
        assert 'cacah_intake_forms_total{outcome="accepted"} 6001\n' in text
        assert 'cacah_intake_forms_total{outcome="limited"} 1\n' in text


def test_a_single_worker_counts_for_itself(tmp_path: Path) -> None:
    intake = Intake(tmp_path)
    intake.post(family())
    intake.post({})
    text = intake.get("/metrics").body.decode()
    assert 'outcome="accepted"} 1\n' in text
    assert 'outcome="refused"} 1\n' in text
    assert "cacah_intake_ready 1\n" in text


def test_gauges_are_those_of_all_workers() -> None:
    board = memoryview(array("B", bytes(board_bytes(2))))
    away = MemoryPublisher()
    away.away = True
    Metrics(board, 0).note(away)
    assert "cacah_intake_ready 1\n" in Metrics(board, 1).as_text(MemoryPublisher())
    Metrics(board, 0).note(MemoryPublisher())
    assert "cacah_intake_ready 2\n" in Metrics(board, 1).as_text(MemoryPublisher())
