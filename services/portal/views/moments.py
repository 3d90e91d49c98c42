"""Times as people read them, by the clock of Jakarta."""

from datetime import datetime

from shared.domain.census import WIB


def wib_text(moment: str | None) -> str:
    """`moment`: RFC 3339; empty for none. To the second, since a receipt may be asked for by it."""
    if not moment:
        return ""
    return datetime.fromisoformat(moment).astimezone(WIB).strftime("%d-%m-%Y %H:%M:%S WIB")
