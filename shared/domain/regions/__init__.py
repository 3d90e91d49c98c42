"""The country's regions: 38 provinces, 514 regencies and cities, 7,285 districts, 83,762 villages."""

from shared.domain.regions.catalogue import Catalogue, Region, catalogue
from shared.domain.regions.codes import NATION, Level, UnknownRegionError, code_number, code_text
from shared.domain.regions.standing import NumberStanding, Standing, retired_numbers, standing_of

__all__ = [
    "NATION",
    "Catalogue",
    "Level",
    "NumberStanding",
    "Region",
    "Standing",
    "UnknownRegionError",
    "catalogue",
    "code_number",
    "code_text",
    "retired_numbers",
    "standing_of",
]
