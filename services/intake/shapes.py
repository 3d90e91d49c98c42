"""Reading a form, and saying all that is wrong with its shape."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from services.intake.problems import Refused
from shared.contracts.reading import NotJson, WrongShape, read_form
from shared.contracts.submission import Submission
from shared.domain.census import WIB


def read_submission(body: bytes, received_on: date | None = None) -> Submission:
    """Raises Refused: `not-json` or `shape`.

    Args:
        body: one form.
        received_on: decides by which version of the questionnaire it is read; today, unless told otherwise.
    """
    try:
        return read_form(body, received_on or datetime.now(WIB).date())
    except NotJson:
        raise Refused("not-json") from None
    except WrongShape as wrong:
        raise Refused("shape", wrong.problems) from None


def named(form: Submission, idempotency_key: str) -> Submission:
    """With the id that the header Idempotency-Key gives it, quoted as in the standard or as it is.

    Raises Refused `idempotency-key` where that is no UUID, or the form has another id.
    """
    try:
        name = str(UUID(idempotency_key.strip().strip('"')))
    except ValueError:
        raise Refused("idempotency-key", submission=form.id) from None
    if form.id is not None and form.id != name:
        raise Refused("idempotency-key", submission=form.id)
    return msgspec.structs.replace(form, id=name)
