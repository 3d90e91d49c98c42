"""Reading a form as it was sent, by the version of the questionnaire that it answers."""

from datetime import date

import msgspec

from shared.contracts.submission import Submission, decode_submission
from shared.domain.questionnaire import Editions, ShapeProblem, problems_of_shape, published
from shared.domain.words import Words


class NotJson(Exception):
    """The bytes are no JSON document in UTF-8."""


class WrongShape(Exception):
    """A JSON document that is no form. `problems`: all that is wrong, without a value."""

    def __init__(self, problems: tuple[ShapeProblem, ...]) -> None:
        super().__init__("wrong-shape")
        self.problems = problems


def read_form(body: bytes, received_on: date, editions: Editions | None = None) -> Submission:
    """
    Args:
        body: one form.
        received_on: decides, with the version that the form states, by which version it is read.
        editions: those published, unless told otherwise.

    Raises:
        NotJson, WrongShape: nothing else, whatever the bytes.
    """
    known = editions or published()
    try:
        form = decode_submission(body)
    except msgspec.ValidationError:
        raise WrongShape(_mistakes(body, received_on, known) or (_TWICE,)) from None
    except (ValueError, RecursionError):
        # Bytes that are no UTF-8 are a UnicodeDecodeError, and a hundred thousand brackets a RecursionError.
        raise NotJson from None
    # The record takes what any version takes. Where there is only one, both take the same.
    if len(known) > 1 and (found := _mistakes(body, received_on, known)):
        raise WrongShape(found)
    return form


def _mistakes(body: bytes, received_on: date, editions: Editions) -> tuple[ShapeProblem, ...]:
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        # The decoder of forms stops at the first mistake; what follows it need not be JSON.
        raise NotJson from None
    return problems_of_shape(document, received_on, editions)


# A name that stands twice is refused by what stands first, and read as what stands last where all mistakes are sought.
_TWICE = ShapeProblem(
    "shape-twice",
    "",
    Words("Ada isian yang tertulis dua kali.", "There is a field that stands twice."),
    Words("Tulis setiap isian satu kali.", "Write each field once."),
)
