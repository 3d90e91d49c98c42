"""`cacah keys init`."""

from services.cli.console import output
from shared.runtime.keys import create_keys
from shared.runtime.settings import Settings


def init_keys(settings: Settings) -> None:
    """Raises KeysError where a key that is there cannot be read, OSError where none can be written."""
    before = set(settings.keys.rglob("*.key"))
    keys = create_keys(settings.keys)
    made = sorted(set(settings.keys.rglob("*.key")) - before)
    console = output()
    for path in made:
        console.print(f"made {path}", soft_wrap=True, markup=False)
    console.print(
        f"{settings.keys}: complete, new records are sealed with {keys.sealing}", soft_wrap=True, markup=False
    )
