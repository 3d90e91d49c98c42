"""Given servers are checked before they are used; what they are not is said in one line."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.engines.connect import check_kafka, check_mongo, connect_or_start
from deploy.engines.errors import EngineError
from deploy.engines.ports import spare_port
from deploy.engines.readiness import broker_answers, wait_until

ANSWER = struct.pack(">iihi", 10, 1, 0, 0)


@pytest.fixture
def broker() -> Iterator[int]:
    """A port where every request is answered as a broker answers ApiVersions with no error and no keys."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, ANSWER), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(server: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(64)
            connection.sendall(answer)


def test_a_broker_that_answers_is_accepted_wherever_it_stands_in_the_list(broker: int) -> None:
    check_kafka(f"127.0.0.1:{broker}")
    check_kafka(f"127.0.0.1:{spare_port()}, localhost:{broker}")


def test_a_port_that_only_listens_is_no_broker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not broker_answers("127.0.0.1", server.getsockname()[1], timeout=0.1)


def test_a_server_that_speaks_something_else_is_no_broker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, b"HTTP/1.1 400 Bad Request\r\n"), daemon=True)
        thread.start()
        assert not broker_answers("127.0.0.1", server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("bootstrap", ["127.0.0.1:{port}", "127.0.0.1:nine", "[::1]:{port}"])
def test_no_kafka_at_the_given_place_is_a_refusal_with_the_fix(bootstrap: str) -> None:
    with pytest.raises(EngineError, match="no Kafka answers at CACAH_KAFKA") as caught:
        check_kafka(bootstrap.format(port=spare_port()))
    assert "unset it" in caught.value.fix


def test_no_mongodb_at_the_given_place_is_a_refusal_that_does_not_repeat_the_password() -> None:
    uri = f"mongodb://orang:rahasia@127.0.0.1:{spare_port()}/"
    with pytest.raises(EngineError, match="no MongoDB answers at CACAH_MONGO") as caught:
        check_mongo(uri, timeout_ms=50)
    assert "rahasia" not in str(caught.value) + caught.value.fix


def test_a_given_server_that_is_missing_stops_the_start_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="CACAH_KAFKA"):
        connect_or_start(tmp_path / "state", environment={"CACAH_KAFKA": f"127.0.0.1:{spare_port()}"})
    assert not (tmp_path / "state").exists()


def test_given_servers_are_used_and_nothing_is_started(
    tmp_path: Path, broker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.engines.connect.check_mongo", lambda _uri: None)
    given = {"CACAH_KAFKA": f"127.0.0.1:{broker}", "CACAH_MONGO": "mongodb://127.0.0.1:1/?replicaSet=x"}
    with connect_or_start(tmp_path / "state", environment=given) as engines:
        assert (engines.endpoints.kafka, engines.endpoints.mongo) == (given["CACAH_KAFKA"], given["CACAH_MONGO"])
        assert engines.local is None
        assert engines.died() is None
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("text", ["kafka", "-1", "65536", "", "９０９２"])
def test_a_port_setting_that_is_no_port_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(EngineError, match="CACAH_MONGO_PORT is not a port"):
        connect_or_start(tmp_path, environment={"CACAH_MONGO_PORT": text})


def test_an_engine_that_ends_while_it_starts_is_reported_with_its_log() -> None:
    with pytest.raises(EngineError, match=r"mongod ended while it was starting \(exit 48\)") as caught:
        wait_until(lambda: False, lambda: 48, name="mongod", log="/tmp/mongod.log")
    assert "/tmp/mongod.log" in caught.value.fix


def test_an_engine_that_never_gets_ready_is_reported() -> None:
    with pytest.raises(EngineError, match="not ready after 0 s"):
        wait_until(lambda: False, lambda: None, name="Kafka", log="log", seconds=0.1)
