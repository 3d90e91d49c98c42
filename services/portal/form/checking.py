"""What is wrong on a page, by the questionnaire and the rules, in the words that they have."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from services.portal.form.document import completed, mended, submission
from services.portal.form.draft import Document, Draft
from services.portal.form.pages import Page, Way, under
from shared.contracts.submission import decode_submission
from shared.domain.problems import Severity
from shared.domain.questionnaire import Kind, ShapeProblem, problems_by
from shared.domain.rules import Context, check, describe
from shared.domain.words import Words


@dataclass(frozen=True, slots=True)
class Finding:
    """`pointer` is a JSON pointer into the submission."""

    pointer: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Findings:
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


_HOW: Final = {
    Kind.CODE: Words("Pilih satu jawaban.", "Choose one answer."),
    Kind.YES_NO: Words("Pilih ya atau tidak.", "Choose yes or no."),
    Kind.DATE: Words(
        "Isi tanggal, bulan dan tahun dengan angka, misalnya 1 2 1980.",
        "Write day, month and year in digits, 1 2 1980 for example.",
    ),
    Kind.MONTH: Words(
        "Isi bulan dan tahun dengan angka, misalnya 7 2015.", "Write month and year in digits, 7 2015 for example."
    ),
}
"""The questionnaire's own remedies speak to whoever writes JSON."""
_EMPTY: Final = Words("Isi kolom ini.", "Fill it in.")


class Checker:
    """
    Args:
        census_day: ages are completed years on this day.
        today: the census's calendar day.
    """

    def __init__(self, way: Way, census_day: date, today: Callable[[], date]) -> None:
        self._way = way
        self._census_day = census_day
        self._today = today

    def page(self, draft: Draft, page: Page, language: str) -> Findings:
        """What there is to say about the answers of a page, given the others."""
        form = completed(submission(draft, self._way), self._way.questionnaire)
        pointers = [page.pointer(place) for place in page.places]
        shape = [each for each in problems_by(self._way.questionnaire, form) if _points_at(each.pointer, pointers)]
        if not shape:
            return self._by_rules(form, pointers, language)
        # With what cannot be read put aside, the rules still say what they have against the rest of the page.
        wrong = [each.pointer for each in shape]
        rest = [each for each in pointers if each not in wrong]
        ruled = self._by_rules(mended(form, wrong, self._way.questionnaire), rest, language)
        errors = [*(self._shaped(each, language) for each in shape), *ruled.errors]
        return Findings(tuple(sorted(errors, key=lambda each: _order(each.pointer, pointers))))

    def _by_rules(self, form: Document, pointers: Sequence[str], language: str) -> Findings:
        try:
            read = decode_submission(msgspec.json.encode(form))
        except msgspec.ValidationError:
            # Another page holds what no longer fits; it says so itself.
            return Findings()
        errors, warnings = list[Finding](), list[Finding]()
        for problem in check(read, Context(received_on=self._today(), census_day=self._census_day)):
            if not _points_at(problem.pointer, pointers):
                continue
            found = Finding(problem.pointer, problem.code, *describe(problem.code, language))
            (errors if problem.severity is Severity.ERROR else warnings).append(found)
        return Findings(tuple(errors), tuple(warnings))

    def _shaped(self, problem: ShapeProblem, language: str) -> Finding:
        kind = self._way.questionnaire.place(problem.pointer).field.kind
        otherwise = _EMPTY if problem.code == "shape-missing" else problem.remedy
        remedy = _HOW.get(kind, otherwise).in_language(language)
        return Finding(problem.pointer, problem.code, problem.message.in_language(language), remedy)


def findings(entries: Iterable[dict[str, Any]]) -> tuple[Finding, ...]:
    """As intake tells them."""
    return tuple(Finding(each["pointer"], each["code"], each["message"], each["remedy"]) for each in entries)


def _order(pointer: str, pointers: Sequence[str]) -> int:
    """Errors stand in the order of the page."""
    return pointers.index(pointer) if pointer in pointers else len(pointers)


def _points_at(pointer: str, pointers: Sequence[str]) -> bool:
    """Also at the address as a whole, from a page that asks for its parts."""
    whole = pointer.endswith("/address")
    return any(under(pointer, each) or (whole and under(each, pointer)) for each in pointers)
