"""docs/submission.schema.json: JSON Schema of the form."""

import json

from shared.domain.questionnaire import published
from shared.domain.questionnaire.json_schema import json_schema


def render() -> str:
    """Of the newest version of the questionnaire."""
    return json.dumps(json_schema(list(published())[-1]), indent=2, ensure_ascii=False) + "\n"
