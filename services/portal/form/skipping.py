"""The skip rules of the questionnaire as a style sheet.

A question that hangs on another one of its page is hidden while that answer makes it needless. No script is needed. A
browser that does not know `:has` shows all questions of the page, each with its help; what is not asked is not sent.
"""

from collections.abc import Iterator

from services.portal.form.controls import skip_class
from services.portal.form.reading import shown_text
from shared.domain.questionnaire import Field, Questionnaire
from shared.domain.questionnaire.skipping import Among, Given


def style_sheet(questionnaire: Questionnaire) -> str:
    rules = [rule for fields in questionnaire.records.values() for field in fields for rule in _rules(field, fields)]
    return "@supports selector(:has(*)) {\n" + "".join(f"  {rule} {{ display: none; }}\n" for rule in rules) + "}\n"


def _rules(field: Field, siblings: tuple[Field, ...]) -> Iterator[str]:
    hidden = f".{skip_class(field)}"
    match field.asked_if:
        case Given(name, given):
            empty = f"[name={name}]:placeholder-shown"
            yield f"form:has({empty if given else f'[name={name}]:not(:placeholder-shown)'}) {hidden}"
        case Among(name, codes, default):
            other = next(each for each in siblings if each.name == name)
            for option in other.options:
                if option.code not in codes:
                    yield f'form:has([name={name}][value="{shown_text(other, option.code)}"]:checked) {hidden}'
            if default not in codes:
                yield f"form:has([name={name}]):not(:has([name={name}]:checked)) {hidden}"
