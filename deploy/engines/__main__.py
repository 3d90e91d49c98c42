"""`python -m deploy.engines`: fetches and verifies what the local engines need, and says what it does."""

import sys

from deploy.engines import EngineError, fetch


def main() -> int:
    try:
        fetch(on_progress=_say)
    except EngineError as problem:
        _say(f"{problem}\nfix: {problem.fix}")
        return 3
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
