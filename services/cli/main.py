"""The entry point of `cacah`: the right Python, then the commands, then one clear line where one of them fails.

Nothing newer than Python 3.8 is written here, so that an old one reads it as far as the message.
"""

import sys

OLDEST = (3, 11)
TOO_NEW = (3, 14)


def main() -> int:
    """Run the command line. Returns the exit code."""
    version = sys.version_info[:2]
    if not OLDEST <= version < TOO_NEW:
        sys.stderr.write(_wrong_python(version))
        return 2
    from services.cli.app import run

    return run()


def _wrong_python(version: "tuple[int, ...]") -> str:
    found, oldest, newest = (".".join(map(str, each)) for each in (version, OLDEST, (3, TOO_NEW[1] - 1)))
    return f"cacah: Python {found} cannot run Cacah; fix: make setup PYTHON=python{newest} ({oldest} to {newest} will do)\n"


if __name__ == "__main__":
    sys.exit(main())
