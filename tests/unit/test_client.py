"""The Python client: it comes again with the same id and not too soon, and reads while it writes."""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cacah_client import Client, RefusedError, UnavailableError
from cacah_client._waiting import seconds_until
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ACCEPTED = {"id": "x", "lineage": "y", "receipt": {"code": "CCH"}, "correction_code": "z", "warnings": []}
Talk = Callable[["Caller"], None]


class Caller:
    """One connection, seen from a server that does as its script says."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.file = connection.makefile("rb")

    def head(self) -> str:
        lines = []
        while (line := self.file.readline()) not in {b"\r\n", b""}:
            lines.append(line.decode())
        return "".join(lines)

    def form(self) -> Any:
        length = re.search(r"content-length: (\d+)", self.head().lower())
        assert length
        return json.loads(self.file.read(int(length[1])))

    def lines(self) -> Iterator[bytes]:
        """Of a chunked body whose chunks are whole lines."""
        while size := int(self.file.readline(), 16):
            yield from self.file.read(size).splitlines()
            self.file.read(2)
        self.file.read(2)

    def say(self, status: int, body: Any, *headers: str) -> None:
        text = json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(text)}", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode() + text)

    def begin(self) -> None:
        self.socket.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")

    def result(self, **result: Any) -> None:
        text = json.dumps(result).encode() + b"\n"
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(text), text))

    def end(self) -> None:
        self.socket.sendall(b"0\r\n\r\n")

    def cut(self) -> None:
        self.file.close()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@contextmanager
def server(*talks: Talk, secure: ssl.SSLContext | None = None) -> Iterator[str]:
    """A connection for each talk, in order. An error in a talk is raised at the end."""
    errors: list[BaseException] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)

        def run() -> None:
            try:
                for talk in talks:
                    connection, _ = listener.accept()
                    connection.settimeout(30)
                    if secure:
                        connection = secure.wrap_socket(connection, server_side=True)
                    with connection:
                        caller = Caller(connection)
                        with caller.file:
                            talk(caller)
            except BaseException as problem:  # noqa: BLE001  # it is raised where the test runs
                errors.append(problem)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"{'https' if secure else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            thread.join(40)
    if errors:
        raise errors[0]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client wanted to wait; it does not."""
    found: list[float] = []
    monkeypatch.setattr("cacah_client._waiting.time.sleep", found.append)
    return found


def test_a_form_is_sent_again_with_the_same_id_after_the_time_that_was_asked_for(waits: list[float]) -> None:
    ids = []

    def busy(caller: Caller) -> None:
        for status in (503, 504, 429):
            ids.append(caller.form()["id"])
            caller.say(status, {"status": status}, "retry-after: 7")
        ids.append(caller.form()["id"])

    def well(caller: Caller) -> None:
        ids.append(caller.form()["id"])
        caller.say(202, ACCEPTED)

    with server(busy, well) as url, Client(url) as client:
        assert client.submit({"card": "none"}).correction_code == "z"
    assert len(ids) == 5
    assert len(set(ids)) == 1
    assert all(7 <= wait <= 10.5 for wait in waits[:3])
    assert len(set(waits)) == len(waits), "no jitter"


def test_a_refusal_is_not_sent_again_and_carries_the_problem() -> None:
    def refuse(caller: Caller) -> None:
        caller.form()
        caller.say(422, {"status": 422, "title": "no", "code": "form-refused"})

    with server(refuse) as url, Client(url) as client, pytest.raises(RefusedError) as caught:
        client.submit({})
    assert caught.value.problem["code"] == "form-refused"


def test_nobody_there_is_given_up_after_a_while(waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with Client(url, patience=0.0) as client:
        with pytest.raises(UnavailableError):
            client.submit({})
        with pytest.raises(UnavailableError):
            list(client.stream_lines([b"{}"]))


def test_results_are_read_while_lines_are_written() -> None:
    """A server that answers every line at once and keeps no more than a few: whoever only writes would hang."""
    count = 3000
    filling = "x" * 2000

    def answer(caller: Caller) -> None:
        caller.head()
        caller.begin()
        for number, _ in enumerate(caller.lines(), start=1):
            caller.result(line=number, status=202, id=str(number), receipt={"code": filling})
        caller.end()

    line = json.dumps({"id": "a", "filling": filling}).encode()
    with server(answer) as url, Client(url) as client:
        results = list(client.stream_lines(line for _ in range(count)))
    assert [result.line for result in results] == list(range(1, count + 1))
    assert all(result.accepted for result in results)


def test_the_same_holds_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate)
    filling = "x" * 2000

    def answer(caller: Caller) -> None:
        caller.head()
        caller.begin()
        for number, line in enumerate(caller.lines(), start=1):
            caller.result(line=number, status=202, id=json.loads(line)["id"], receipt={"code": filling})
        caller.end()

    lines = [json.dumps({"id": str(number), "filling": filling}).encode() for number in range(2500)]
    with server(answer, secure=secure) as url, Client(url) as client:
        assert [result.id for result in client.stream_lines(lines)] == [str(number) for number in range(2500)]


def self_signed(folder: Path) -> Path:
    """Key and certificate of 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "tls.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_no_more_than_the_window_is_under_way() -> None:
    def answer(caller: Caller) -> None:
        caller.head()
        caller.begin()
        lines = caller.lines()
        for _ in range(10):
            next(lines)
        caller.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            caller.socket.recv(1, socket.MSG_PEEK)
        caller.socket.settimeout(30)
        for number in range(1, 11):
            caller.result(line=number, status=202, id="a", receipt={})
        for number, _ in enumerate(lines, start=11):
            caller.result(line=number, status=202, id="a", receipt={})
        caller.end()

    with server(answer) as url, Client(url) as client:
        assert len(list(client.stream_lines((b'{"id": "a"}' for _ in range(15)), window=10))) == 15


def test_a_cut_is_followed_by_another_request_from_the_first_unanswered_line() -> None:
    sent: list[list[bytes]] = [[], []]

    def cut(caller: Caller) -> None:
        caller.head()
        caller.begin()
        lines = caller.lines()
        for number in range(1, 4):
            sent[0].append(next(lines))
            caller.result(line=number, status=202, id="a", receipt={})
        sent[0].extend(next(lines) for _ in range(2))
        caller.cut()

    def go_on(caller: Caller) -> None:
        caller.head()
        caller.begin()
        for number, line in enumerate(caller.lines(), start=1):
            sent[1].append(line)
            caller.result(line=number, status=202, id="a", receipt={})
        caller.end()

    with server(cut, go_on) as url, Client(url) as client:
        results = list(client.stream_lines([b"{}", *(b'{"n": %d}' % number for number in range(5))]))
    assert [result.line for result in results] == [1, 2, 3, 4, 5, 6]
    assert sent[1][:2] == sent[0][3:], "with the ids that they had"
    assert len(sent[1]) == 3
    ids = [json.loads(line)["id"] for line in sent[0] + sent[1][2:]]
    assert len(set(ids)) == 6


def test_a_line_that_was_sent_away_goes_before_the_lines_after_it(waits: list[float]) -> None:
    again: list[bytes] = []

    def busy(caller: Caller) -> None:
        caller.head()
        caller.begin()
        lines = caller.lines()
        for _ in range(3):
            next(lines)
        caller.result(line=1, status=202, id="1", receipt={})
        caller.result(line=2, status=503, id="2", problem={"status": 503, "retry_after": 4})
        caller.result(line=3, status=202, id="3", receipt={})

    def well(caller: Caller) -> None:
        caller.head()
        caller.begin()
        for number, line in enumerate(caller.lines(), start=1):
            again.append(line)
            caller.result(line=number, status=202, id="a", receipt={})
        caller.end()

    with server(busy, well) as url, Client(url) as client:
        results = list(client.stream_lines([b'{"id": "1"}', b'{"id": "2"}', b'{"id": "3"}']))
    assert [result.line for result in results] == [1, 2, 3]
    assert again == [b'{"id": "2"}', b'{"id": "3"}']
    assert 4 <= waits[0] <= 6


@pytest.mark.parametrize("status", [401, 503])
def test_a_batch_that_is_not_taken_is_refused_or_sent_again(status: int) -> None:
    def no(caller: Caller) -> None:
        caller.head()
        caller.say(status, {"status": status, "code": "why", "title": "no"}, "retry-after: 1", "connection: close")

    def well(caller: Caller) -> None:
        caller.head()
        caller.begin()
        for number, _ in enumerate(caller.lines(), start=1):
            caller.result(line=number, status=202, id="a", receipt={})
        caller.end()

    talks = (no,) if status == 401 else (no, well)
    with server(*talks) as url, Client(url) as client:
        if status == 401:
            with pytest.raises(RefusedError) as caught:
                list(client.stream_lines([b"{}"] * 5))
            assert caught.value.problem["code"] == "why"
        else:
            assert len(list(client.stream_lines([b"{}"] * 5))) == 5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0.5),
        ("3", 3),
        ("0", 0),
        ("2.5", 2.5),
        ("-4", 0),
        ("99999", 300),
        ("Thu, 01 Jan 1970 00:00:20 GMT", 20),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", 0.5),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float) -> None:
    assert seconds_until(header, 0.0) == seconds


def test_a_line_that_comes_late_is_sent_when_it_comes() -> None:
    """Lines that wait for more of them to come would make a live feed late."""
    came = threading.Event()

    def answer(caller: Caller) -> None:
        caller.head()
        caller.begin()
        for number, _ in enumerate(caller.lines(), start=1):
            came.set()
            caller.result(line=number, status=202, id="a", receipt={})
        caller.end()

    def slow() -> Iterator[bytes]:
        yield b'{"id": "1"}'
        begun = time.monotonic()
        while time.monotonic() < begun + 0.1:
            pass
        yield b'{"id": "2"}'
        assert came.wait(20), "the first line was kept back"
        yield b'{"id": "3"}'

    with server(answer) as url, Client(url) as client:
        assert len(list(client.stream_lines(slow()))) == 3
