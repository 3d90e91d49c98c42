"""The one error of the engines."""


class EngineError(Exception):
    """An engine cannot be fetched, started or reached. `fix` is what the user can do about it, in one line."""

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message)
        self.fix = fix
