"""`cacah receipt`: read, verified and shown, with public keys and nothing else."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from services.cli.console import output, print_json
from services.cli.errors import ExitCode, Failure
from shared.contracts.events import rfc3339_exact
from shared.contracts.receipt import (
    ReceiptError,
    ReceiptVerifier,
    Verified,
    key_set,
    public_key_of,
    read_key_set,
)
from shared.domain.census import at_wib
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings

Json = dict[str, Any]
_STANDARD_INPUT: Final = "-"
_LONGEST_TOKEN: Final = 600


@dataclass(frozen=True, slots=True)
class Checked:
    """A token, and either what it says or why it says nothing. `line`: where in its file."""

    token: str
    line: int
    verified: Verified | None
    code: str = ""
    reason: str = ""


def run_verify(settings: Settings, source: str, *, keys: Path | None, as_json: bool) -> int:
    """The exit code. `source`: a token, a file, or `-`. Raises Failure."""
    checked = _check(settings, source, keys)
    if as_json:
        print_json([_json_of(each) for each in checked])
    else:
        for each in checked:
            sys.stdout.write(_line_of(each) + "\n")
    return ExitCode.GOOD if all(each.verified for each in checked) else ExitCode.FOUND


def run_show(settings: Settings, source: str, *, keys: Path | None, svg: Path | None, qr: bool, as_json: bool) -> int:
    """The exit code. Raises Failure."""
    checked = _check(settings, source, keys)
    if as_json:
        print_json([_json_of(each) for each in checked])
    else:
        for each in checked:
            output().print(_text_of(each), markup=False, soft_wrap=True)
    if svg is not None or qr:
        _draw(checked[0].token, svg, on_screen=qr and not as_json)
    return ExitCode.GOOD if all(each.verified for each in checked) else ExitCode.FOUND


def run_keys(settings: Settings) -> None:
    """Raises KeysError."""
    sys.stdout.write(json.dumps(key_set(_own_keys(settings)), indent=2) + "\n")


def _check(settings: Settings, source: str, keys: Path | None) -> list[Checked]:
    verifier = ReceiptVerifier(public_keys(settings, keys))
    checked = [_checked(verifier, token, line) for line, token in _tokens(source)]
    if not checked:
        raise Failure(
            f"there is no receipt in {source}", fix="give a token, or the answer of intake", code=ExitCode.USAGE
        )
    return checked


def _checked(verifier: ReceiptVerifier, token: str, line: int) -> Checked:
    try:
        return Checked(token, line, verifier.verify(token))
    except ReceiptError as problem:
        return Checked(token, line, None, problem.code, str(problem))


def public_keys(settings: Settings, file: Path | None) -> Sequence[bytes]:
    """Those in the file, or the system's own. Raises Failure or KeysError."""
    return _own_keys(settings) if file is None else _keys_in(file)


def _own_keys(settings: Settings) -> list[bytes]:
    return [public_key_of(secret) for secret in load_keys(settings.keys, settings.kek).receipt.values()]


def _keys_in(path: Path) -> Sequence[bytes]:
    try:
        found = read_key_set(path.read_bytes())
    except OSError as problem:
        raise Failure(
            f"{path}: {problem.strerror}", fix="cacah receipt keys > keys.json", code=ExitCode.USAGE
        ) from None
    except ValueError as problem:
        fix = "take it from /.well-known/jwks.json of intake, or from: cacah receipt keys"
        raise Failure(f"{path}: {problem}", fix=fix, code=ExitCode.USAGE) from None
    return found


def _tokens(source: str) -> Iterator[tuple[int, str]]:
    """Line and token. A file holds tokens, answers of intake, or the results of a batch: one a line."""
    if source == _STANDARD_INPUT:
        text = sys.stdin.read()
    elif len(source) <= _LONGEST_TOKEN and not source.startswith("cch1") and Path(source).is_file():
        text = Path(source).read_text(encoding="utf-8")
    else:
        yield 1, source.rpartition("/")[2].strip()
        return
    whole = _token_in(text)
    if whole is not None:
        yield 1, whole
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            token = _token_in(line)
            if token is not None:
                yield number, token
            elif not line.lstrip().startswith("{"):
                yield number, line.strip()


def _token_in(text: str) -> str | None:
    """Of an answer, a result of a batch, or a receipt, in JSON."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    receipt = answer.get("receipt", answer) if isinstance(answer, dict) else None
    token = receipt.get("token") if isinstance(receipt, dict) else None
    return token if isinstance(token, str) else None


def _json_of(checked: Checked) -> Json:
    if checked.verified is None:
        return {"line": checked.line, "genuine": False, "code": checked.code, "reason": checked.reason}
    said = checked.verified.statement
    return {
        "line": checked.line,
        "genuine": True,
        "topic_id": said.topic_id.hex(),
        "partition": said.partition,
        "offset": said.offset,
        "received_at": rfc3339_exact(said.received_at),
        "content_hash": said.content_hash.hex(),
        "key_id": checked.verified.key_id,
        "window": checked.verified.window,
    }


def _line_of(checked: Checked) -> str:
    if checked.verified is None:
        return f"FAIL line={checked.line} code={checked.code}: {checked.reason}"
    said = checked.verified.statement
    place = f"partition={said.partition} offset={said.offset} received_at={rfc3339_exact(said.received_at)}"
    return f"OK line={checked.line} {place} key={checked.verified.key_id}"


def _text_of(checked: Checked) -> str:
    if checked.verified is None:
        return f"NOT GENUINE / TIDAK ASLI: {checked.reason}"
    said = checked.verified.statement
    return (
        "genuine / asli\n"
        f"  received  {at_wib(said.received_at):%Y-%m-%d %H:%M:%S} WIB\n"
        f"  place     partition {said.partition}, offset {said.offset} of topic {said.topic_id.hex()}\n"
        f"  content   {said.content_hash.hex()}\n"
        f"  key       {checked.verified.key_id}, one of {checked.verified.window} under its signature"
    )


def _draw(token: str, svg: Path | None, *, on_screen: bool) -> None:
    import segno

    code = segno.make_qr(token, error="m")
    if svg is not None:
        code.save(str(svg), kind="svg", light="#fff")
    if on_screen:
        code.terminal(compact=True)
