"""The country's regions: 38 provinces, 514 regencies and cities, 7,285 districts, 83,762 villages."""

from shared.domain.regions.catalogue import Catalogue, Region, catalogue
from shared.domain.regions.codes import NATION, Level, UnknownRegionError, code_number, code_text

__all__ = [
    "NATION",
    "Catalogue",
    "Level",
    "Region",
    "UnknownRegionError",
    "catalogue",
    "code_number",
    "code_text",
]
