"""Reading a form, and saying all that is wrong with its shape."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from services.intake.problems import Located, Refused
from shared.contracts.submission import Submission, decode_submission
from shared.domain.census import WIB
from shared.domain.questionnaire import ShapeProblem, problems_of_shape
from shared.domain.words import Words

_TWICE = ShapeProblem(
    "shape-twice",
    "",
    Words("Ada isian yang tertulis dua kali.", "There is a field that stands twice."),
    Words("Tulis setiap isian satu kali.", "Write each field once."),
)


def read_submission(body: bytes, received_on: date | None = None) -> Submission:
    """Raises Refused: `not-json` or `shape`.

    Args:
        body: one form.
        received_on: the day whose questionnaire tells what is wrong; today, unless told otherwise.
    """
    try:
        return decode_submission(body)
    except msgspec.ValidationError:
        raise Refused("shape", _mistakes(body, received_on or datetime.now(WIB).date())) from None
    except (ValueError, RecursionError):
        # Bytes that are no UTF-8 are a UnicodeDecodeError, and a hundred thousand brackets a RecursionError.
        raise Refused("not-json") from None


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


def _mistakes(body: bytes, received_on: date) -> tuple[Located, ...]:
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        # The decoder of forms stops at the first mistake; what follows it need not be JSON.
        raise Refused("not-json") from None
    # A name that stands twice is refused by what stands first, and here read as what stands last.
    return problems_of_shape(document, received_on) or (_TWICE,)
