"""Reading a form, and saying where its shape is wrong."""

import re
from typing import Any

import msgspec

from services.intake.problems import Fault, Refused
from shared.contracts.submission import Member, Submission, decode_submission

_PATH = re.compile(r"at `\$([^`]*)`$")
_PART = re.compile(r"\.(\w+)|\[(?:\d+|\.\.\.)\]")
_MISSING = re.compile(r"missing required field `(\w+)`")
_CONSTRAINT = re.compile(r"Expected `[^`]*` (?:[<>]|of length|matching)|^Invalid")


def read_submission(body: bytes) -> Submission:
    """Raises Refused: `not-json` or `shape`."""
    try:
        return decode_submission(body)
    except msgspec.ValidationError as wrong:
        raise Refused("shape", [_fault(str(wrong), body)]) from None
    except (ValueError, RecursionError):
        # Bytes that are no UTF-8 are a UnicodeDecodeError, and a hundred thousand brackets a RecursionError.
        raise Refused("not-json") from None


def _fault(message: str, body: bytes) -> Fault:
    """Code and pointer out of the decoder's message. No more of it: it may quote what somebody sent."""
    path = _PATH.search(message)
    pointer = _pointer(path[1], body) if path else ""
    missing = _MISSING.search(message)
    if missing:
        return Fault("shape-missing", f"{pointer}/{missing[1]}")
    if "unknown field" in message:
        return Fault("shape-unknown", pointer)
    return Fault("shape-value" if _CONSTRAINT.search(message) else "shape-type", pointer)


def _pointer(path: str, body: bytes) -> str:
    parts = [f"/{name}" if name else f"/{_first_wrong_member(body)}" for name in _PART.findall(path)]
    return "".join(parts)


def _first_wrong_member(body: bytes) -> int:
    """The decoder does not say which element of an array it means."""
    members: list[Any] = msgspec.json.decode(body)["members"]
    for index, member in enumerate(members):
        try:
            msgspec.convert(member, Member)
        except msgspec.ValidationError:
            return index
    raise AssertionError("every member is of the right shape, and the form is not")
