"""Which port an engine gets."""

import socket
from collections.abc import Iterator

import pytest

from deploy.engines import ports
from deploy.engines.errors import EngineError
from deploy.engines.ports import SPARE_PORTS, choose_port, is_free, spare_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_used_as_wanted() -> None:
    wanted = spare_port()
    assert choose_port(wanted, setting=None) == wanted
    assert choose_port(wanted, setting="CACAH_KAFKA_PORT") == wanted


def test_a_taken_port_moves_silently(taken_port: int) -> None:
    chosen = choose_port(taken_port, setting=None)
    assert chosen != taken_port
    assert is_free(chosen)


def test_a_taken_port_that_was_asked_for_is_a_refusal_with_the_fix(taken_port: int) -> None:
    with pytest.raises(EngineError, match=rf"port {taken_port} \(CACAH_KAFKA_PORT\) is taken") as caught:
        choose_port(taken_port, setting="CACAH_KAFKA_PORT")
    assert "CACAH_KAFKA_PORT" in caught.value.fix


def test_a_server_on_all_interfaces_takes_the_port_too() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_port_zero_is_any_free_one_below_the_ephemeral_range() -> None:
    assert choose_port(0, setting="CACAH_MONGO_PORT") in SPARE_PORTS


def test_two_engines_never_get_the_same_port() -> None:
    wanted = spare_port()
    assert choose_port(wanted, setting=None, taken={wanted}) != wanted


def test_no_port_left_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda _port: False)
    with pytest.raises(EngineError, match="no free port"):
        spare_port()
