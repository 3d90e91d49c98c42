"""More fruitful requests for operations that random ones seldom made answer well."""

from typing import Any, Final

import schemathesis
from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth

from tests.fuzz import lines as _lines  # noqa: F401  # how lines of JSON are written and read
from tests.fuzz.fruitful import FILLS
from tests.fuzz.tally import FEWEST, Tally
from tests.fuzz.world import World

_TRIES: Final = 4 * FEWEST


def top_up(url: str, key: str, world: World, tally: Tally) -> list[str]:
    """Until every operation was answered well `FEWEST` times; what was answered wrongly, in words."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    wrong: list[str] = []
    for found in schema.get_all_operations():
        if isinstance(found, Err):
            wrong.append(f"a description that cannot be read: {found.err()}")
            continue
        operation = found.ok()
        name = name_of(operation)
        for _ in range(_TRIES):
            if tally.good(name) >= FEWEST:
                break
            places = {each.name: "-" for each in operation.path_parameters}
            case = operation.Case(
                path_parameters=places,
                query={},
                headers={"authorization": f"Bearer {key}"},
                media_type=_media_type(operation),
            )
            fill = FILLS.get(operation_id(operation))
            if fill is not None:
                fill(world, case)
            wrong += _answered(case, name, tally)
    return wrong


def _answered(case: Case[Any], name: str, tally: Tally) -> list[str]:
    response = case.call()
    tally.add(name, response.status_code)
    try:
        # That a key is needed was tried by the random requests; here one is always sent.
        case.validate_response(response, excluded_checks=[ignored_auth])
    except FailureGroup as problem:
        return [f"{name}: {each}" for each in problem.exceptions]
    return []


def _media_type(operation: APIOperation[Any, Any, Any, Any]) -> str | None:
    return next(iter(operation.definition.raw.get("requestBody", {}).get("content", ())), None)


def name_of(operation: APIOperation[Any, Any, Any, Any]) -> str:
    return f"{operation.method.upper()} {operation.path}"


def operation_id(operation: APIOperation[Any, Any, Any, Any]) -> str:
    return str(operation.definition.raw.get("operationId", ""))
