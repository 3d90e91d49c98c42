"""The commands of `cacah`, and how each of them may fail."""

import errno
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn

import typer

from services.cli.commands import (
    audit,
    backup,
    bench,
    calendar,
    check,
    close,
    conflicts,
    demo,
    dev,
    doctor,
    generate,
    keys,
    nik,
    partners,
    quarantine,
    receipt,
    replay,
    roster,
    status,
    submit,
    targets,
    topics,
)
from services.cli.errors import ExitCode, Failure

_COMMANDS: Final = (
    dev,
    demo,
    generate,
    submit,
    check,
    nik,
    roster,
    status,
    doctor,
    conflicts,
    quarantine,
    audit,
    bench,
    receipt,
    topics,
    replay,
    backup,
    keys,
    partners,
    calendar,
    close,
    targets,
)

_EXPECTED: Final = (
    ("deploy.engines.errors", "EngineError", ExitCode.UNREACHABLE),
    ("kafka.errors", "KafkaError", ExitCode.UNREACHABLE),
    ("pymongo.errors", "PyMongoError", ExitCode.UNREACHABLE),
    ("cacah_client", "UnavailableError", ExitCode.UNREACHABLE),
    ("services.cli.audit.log", "LogUnreachableError", ExitCode.UNREACHABLE),
    ("services.cli.audit.live", "TotalsUnreachableError", ExitCode.UNREACHABLE),
    ("services.cli.audit.log", "LogCutError", ExitCode.FOUND),
    ("shared.runtime.partners", "StoreUnreachable", ExitCode.UNREACHABLE),
    ("shared.runtime.partners", "PartnerError", ExitCode.FOUND),
    ("shared.streaming.admin", "TopicsError", ExitCode.FOUND),
    ("shared.ledger.errors", "LedgerError", ExitCode.FOUND),
    ("shared.runtime.settings", "SettingsError", ExitCode.USAGE),
    ("shared.runtime.keys", "KeysError", ExitCode.USAGE),
    ("shared.contracts.envelope", "KeyMissing", ExitCode.USAGE),
    ("shared.contracts.opening_balance", "BalanceError", ExitCode.FOUND),
    ("shared.domain.regions", "UnknownRegionError", ExitCode.USAGE),
)
"""Errors of modules that only some commands import: whoever raised one has imported its module."""

_WITHOUT_WORDS: Final = {"kafka.errors": "Kafka cannot be used", "pymongo.errors": "MongoDB cannot be used"}
"""What these libraries say is long, and may repeat an address with a password."""


def run() -> int:
    """The exit code. Expected failures are one line on standard error, with the fix."""
    from shared.runtime.logs import redact

    try:
        _refuse_numbers(sys.argv[1:])
        _create_app()(prog_name="cacah")
    except Exception as problem:  # noqa: BLE001  # every error ends here, as a line or as a redacted traceback
        failure = expected(problem)
        if failure is None:
            _report_bug(problem)
        sys.stderr.write(f"cacah: {redact(failure.line())}\n")
        return failure.code
    return ExitCode.GOOD


def _refuse_numbers(arguments: Sequence[str]) -> None:
    """Raises Failure: arguments stay in the shell's history and in the list of processes."""
    from shared.domain.digits import canonical

    if any(canonical(part) is not None for argument in arguments for part in argument.split("=")):
        raise Failure(
            "an argument is a card number",
            fix="give numbers on standard input or in a file, where no history keeps them",
            code=ExitCode.USAGE,
        )


def expected(problem: Exception) -> Failure | None:
    """`problem` as a failure with a code and a fix; None where nobody expected it."""
    if isinstance(problem, Failure):
        return problem
    for module, name, code in _EXPECTED:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(problem, kind):
            words = f"{_WITHOUT_WORDS[module]} ({type(problem).__name__})" if module in _WITHOUT_WORDS else str(problem)
            return Failure(words, fix=getattr(problem, "fix", "") or _usual_fix(code), code=code)
    if isinstance(problem, OSError) and problem.strerror:
        full = problem.errno in {errno.ENOSPC, errno.EDQUOT}
        fix = "make room there, or set CACAH_STATE and TMPDIR to folders on another disk" if full else ""
        where = f"{problem.filename}: " if problem.filename else ""
        return Failure(f"{where}{problem.strerror}", fix=fix, code=ExitCode.FOUND if full else ExitCode.USAGE)
    return None


def _usual_fix(code: ExitCode) -> str:
    return "cacah doctor" if code is ExitCode.UNREACHABLE else ""


def _report_bug(problem: Exception) -> NoReturn:
    from shared.runtime.logs import redact

    sys.stderr.write(redact("".join(traceback.format_exception(problem))))
    sys.stderr.write("cacah: this is a mistake in Cacah; what is above says where\n")
    sys.exit(ExitCode.FOUND)


def _create_app() -> typer.Typer:
    app = typer.Typer(
        name="cacah",
        help="Census intake that loses nothing, counts nobody twice, and lets anyone check it.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_global)
    for command in _COMMANDS:
        command.register(app)
    return app


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        sys.stdout.write(f"cacah {version('cacah')}\n")
        raise typer.Exit


def _global(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    del version
