"""Published figures of the census of 2020: what synthetic families are made from, and held against."""

from services.cli.population.figures import Figures, figures

__all__ = ["Figures", "figures"]
