"""Partners for tests."""

from datetime import UTC, datetime

from shared.runtime.partners import KeyText, Partner, Scope, make_key, new_partner

MADE = datetime(2026, 9, 1, 8, tzinfo=UTC)


def partner(
    name: str = "sekolah-a", *scopes: Scope, agencies: tuple[str, ...] = (), key: KeyText | None = None
) -> tuple[Partner, KeyText]:
    """One that was made at `MADE`, with its key; it may submit unless told otherwise."""
    key = key or make_key()
    may: frozenset[Scope] = frozenset(scopes) or frozenset({"submit"})
    return new_partner(name, name=name.title(), scopes=may, agencies=frozenset(agencies), key=key, now=MADE), key
