"""What the operators' page says, in both languages."""

from collections.abc import Mapping
from typing import Final

from shared.domain.words import Words

OPERATORS: Final[Mapping[str, Words]] = {}
