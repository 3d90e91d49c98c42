"""The example family that rules are shown on. Its numbers are of a province that does not exist in the end: none can
be issued, because a test changes the province to a real one only where a rule asks for it."""

import copy
from collections.abc import Mapping
from typing import Any

FAMILY: dict[str, Any] = {
    "version": 1,
    "card": "3509121201150001",
    "address": {"village": "35.09.12.2003", "street": "Jalan Melati 3"},
    "members": [
        {
            "name": "Budi Contoh",
            "nik": "3509120102800001",
            "relationship": 1,
            "sex": 1,
            "birth_date": "1980-02-01",
            "marital_status": 2,
            "religion": 1,
            "activity": 1,
            "occupation": 6,
            "work_status": 1,
            "education": 3,
            "speaks_indonesian": True,
        },
        {
            "name": "Siti Contoh",
            "nik": "3509124403830002",
            "relationship": 2,
            "sex": 2,
            "birth_date": "1983-03-04",
            "marital_status": 2,
            "religion": 1,
            "activity": 2,
            "education": 3,
            "speaks_indonesian": True,
        },
        {
            "name": "Ani Contoh",
            "nik": "3509125005170003",
            "relationship": 3,
            "sex": 2,
            "birth_date": "2017-05-10",
            "marital_status": 1,
            "religion": 1,
            "activity": 3,
            "education": 0,
            "speaks_indonesian": True,
        },
    ],
    "housing": {"tenure": 1, "electricity": 2, "water": 3, "toilet": 1, "floor": 2},
}


def family(patch: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The family, changed: JSON pointer to value, where None removes."""
    form = copy.deepcopy(FAMILY)
    # From the end, so that removing one member does not move another.
    for pointer, value in sorted((patch or {}).items(), key=lambda item: _order(item[0])):
        *path, last = pointer.strip("/").split("/")
        target: Any = form
        for part in path:
            target = target[int(part)] if isinstance(target, list) else target[part]
        _set(target, last, value)
    return form


def _order(pointer: str) -> tuple[int, int]:
    parts = pointer.strip("/").split("/")
    whole_member = len(parts) == 2 and parts[0] == "members"
    return (1, -int(parts[1])) if whole_member and int(parts[1]) < 3 else (0, int(parts[1]) if whole_member else 0)


def _set(target: Any, name: str, value: Any) -> None:
    if isinstance(target, list):
        if value is None:
            del target[int(name)]
        else:
            target.append(value)
    elif value is None:
        target.pop(name, None)
    else:
        target[name] = value
