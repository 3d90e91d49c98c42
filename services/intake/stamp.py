"""What intake adds to a form: an id, a time, whose form it is and which earlier ones it continues. Pure."""

from collections.abc import Callable
from datetime import date
from hmac import compare_digest
from uuid import uuid4

import msgspec

from shared.contracts import codes
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.contracts.identity import (
    content_hash,
    correction_secret,
    household_code_key,
    household_key,
    partner_lineage,
    uuid_bytes,
)
from shared.contracts.submission import Correction, Submission, content_of
from shared.domain.digits import canonical
from shared.runtime.keys import KeyRing

_SECRET_BYTES = 10


class StrictClock:
    """Microseconds since 1970-01-01 UTC, each reading later than the one before, whatever the machine's clock does."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._last = 0

    def __call__(self) -> int:
        self._last = max(self._last + 1, self._now())
        return self._last


class Stamped(msgspec.Struct, frozen=True, gc=False):
    """`content`: the canonical answers, to be sealed under `head`."""

    head: Head
    content: bytes


class Stamper:
    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def stamp(self, form: Submission, received_at: int, day: date, *, sender: bytes) -> Stamped:
        """Stamp a form that breaks no rule and whose correction, if any, is proven.

        Args:
            received_at: microseconds since 1970-01-01 UTC.
            day: the census's day of that moment.
            sender: the partner's id; NOBODY for the public.
        """
        subject = self._subject(form)
        submission = uuid4().bytes if form.id is None else uuid_bytes(form.id)
        content = content_of(form)
        head = Head(
            kind=Kind.SUBMISSION,
            codec=Codec.ZSTD_JSON,
            key_id=self._keys.payload.of_day(day),
            received_at=received_at,
            revision=form.revision,
            id=submission,
            subject=subject,
            lineage=_lineage(form.correction, submission, subject, sender),
            sender=sender,
            content_hash=content_hash(self._keys.content, submission, content),
        )
        return Stamped(head, content)

    def proves(self, correction: Correction) -> bool:
        """Whether the code belongs to the lineage."""
        try:
            secret = codes.decode(correction.code, _SECRET_BYTES)
        except codes.CodeError:
            return False
        return compare_digest(secret, correction_secret(self._keys.correction, uuid_bytes(correction.lineage)))

    def correction_code(self, lineage: bytes) -> str:
        """What lets its holder continue the lineage."""
        return codes.encode(correction_secret(self._keys.correction, lineage))

    def _subject(self, form: Submission) -> bytes:
        if form.card is None:
            return household_code_key(self._keys.identity, form.code or "")
        digits = canonical(form.card)
        if digits is None:
            raise ValueError("a form whose card has no sixteen digits breaks a rule")
        return household_key(self._keys.identity, digits)


def _lineage(correction: Correction | None, submission: bytes, subject: bytes, sender: bytes) -> bytes:
    if correction is not None:
        return uuid_bytes(correction.lineage)
    return submission if sender == NOBODY else partner_lineage(sender, subject)
