"""Which records a replay could not open, and counted from the opening balances of their days."""

from collections.abc import Mapping

from shared.contracts.opening_balance import verify_statement
from shared.runtime.balances import balance_store, public_keys_of
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings


def counted_from_balances(settings: Settings) -> Mapping[str, int]:
    """Payload key of a shredded day -> records. Raises BalanceError, KeysError, PyMongoError."""
    keys = load_keys(settings.keys, settings.kek)
    shredded = keys.payload.shredded()
    if not shredded:
        return {}
    with balance_store(settings) as store:
        statements = [verify_statement(signed, public_keys_of(keys)) for signed in store.statements()]
    return {each.day: each.records for each in sorted(statements, key=lambda each: each.day) if each.day in shredded}
