"""docs/asyncapi.yaml: the topics."""

import msgspec
import yaml

from shared.contracts.asyncapi import document


def render() -> str:
    # Through JSON: what the document shares between its parts would be written as YAML's anchors.
    whole = msgspec.json.decode(msgspec.json.encode(document()))
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=120)
