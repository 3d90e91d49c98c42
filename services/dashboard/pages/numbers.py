"""Numbers and times as people of either language write them."""

from datetime import date, datetime
from typing import Final

from shared.domain.census import WIB
from shared.web.languages import Language

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_SWAP: Final = str.maketrans(",.", ".,")
NONE: Final = "–"


def whole(number: float | None, language: Language) -> str:
    return NONE if number is None else _spoken(f"{number:,.0f}", language)


def decimal(number: float | None, language: Language, places: int = 1) -> str:
    return NONE if number is None else _spoken(f"{number:,.{places}f}", language)


def percent(share: float | None, language: Language) -> str:
    """Small shares with more places, so that they are not all 0.0."""
    if share is None:
        return NONE
    places = 3 if share < 0.001 else 2 if share < 0.1 else 1
    return f"{decimal(100 * share, language, places)}\N{NO-BREAK SPACE}%"


def signed(number: int, language: Language) -> str:
    return ("+" if number > 0 else "−" if number < 0 else "±") + whole(abs(number), language)


def compact(number: float, language: Language) -> str:
    """For places that are small: 12k, 3.4M; 12 rb, 3,4 jt."""
    for size, names in ((1_000_000, {"id": " jt", "en": "M"}), (1_000, {"id": " rb", "en": "k"})):
        if number >= size:
            scaled = number / size
            return decimal(scaled, language, 1 if scaled < 10 else 0) + names[language]
    return whole(number, language)


def day_of(day: date, language: Language) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def day_short(day: date, language: Language) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1]}"


def time_of(moment: datetime | None) -> str:
    return NONE if moment is None else f"{moment.astimezone(WIB):%H:%M:%S} WIB"


def moment_of(text: str, language: Language) -> str:
    """`text`: RFC 3339."""
    moment = datetime.fromisoformat(text).astimezone(WIB)
    return f"{day_of(moment.date(), language)}, {time_of(moment)}"


def period_of(text: str, language: Language) -> str:
    """`text`: the beginning of a period: a day, or a moment of one where periods are shorter."""
    day, _, time = text.partition("T")
    return day_of(date.fromisoformat(day), language) + (f", {time} WIB" if time else "")


def _spoken(text: str, language: Language) -> str:
    return text.translate(_SWAP) if language == "id" else text
