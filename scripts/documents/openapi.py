"""The description of intake's interface, for who reads it without a running service."""

import json

from services.intake.openapi.document import document


def render() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
