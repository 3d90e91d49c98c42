"""Asking Kafka, MongoDB and intake for a sign of life first, so that a command says at once what is missing.

Most commands ask intake alone. Loading what the engines need takes longer than all that such a command does, so it waits
until somebody asks an engine.
"""

import os

from services.cli.errors import ExitCode, Failure
from services.cli.known import intake_url
from services.cli.readiness import answers
from shared.runtime.settings import Settings


def reach_kafka(settings: Settings) -> None:
    """Raises Failure."""
    from deploy.engines import EngineError, check_kafka

    try:
        check_kafka(settings.kafka)
    except EngineError as problem:
        raise _unreachable(f"no Kafka answers at {settings.kafka}", "CACAH_KAFKA") from problem


def reach_mongo(settings: Settings) -> None:
    """Raises Failure, which does not repeat the URI: it may hold a password."""
    from deploy.engines import EngineError, check_mongo

    try:
        check_mongo(settings.mongo)
    except EngineError as problem:
        raise _unreachable(str(problem), "CACAH_MONGO") from problem


def reach_intake(settings: Settings) -> str:
    """Its URL. Raises Failure."""
    url = intake_url(settings)
    if not answers(f"{url}/readyz", timeout=3.0):
        raise _unreachable(f"no intake answers at {url}", "CACAH_INTAKE_PORT")
    return url


def _unreachable(message: str, setting: str) -> Failure:
    fix = f"start it or correct {setting}" if setting in os.environ else "start a system with: cacah dev"
    return Failure(message, fix=fix, code=ExitCode.UNREACHABLE)
