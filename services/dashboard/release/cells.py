"""Figures as rows of whole numbers, and the one question of disclosure control: does a row stand for enough people?"""

from collections.abc import Iterable
from operator import add, sub
from typing import Final

LEAST: Final = 10
"""No published figure, and no difference of published figures, stands for fewer families or people than this."""

Cells = tuple[int, ...]


def covered(cells: Iterable[int]) -> bool:
    """Whether every cell is nothing or at least LEAST, gained or lost."""
    return all(cell == 0 or cell >= LEAST or cell <= -LEAST for cell in cells)


def plus(one: Cells, other: Cells) -> Cells:
    return tuple(map(add, one, other))


def minus(one: Cells, other: Cells) -> Cells:
    return tuple(map(sub, one, other))


def size(cells: Cells) -> int:
    return sum(map(abs, cells))
