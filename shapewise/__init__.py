"""Shapewise: the explorers, checks and figures that the course's notebooks import."""

from shapewise.checks import call, check, close, progress, same
from shapewise.explorers import explore_broadcast, explore_dimensions, explore_layout, explore_pipeline
from shapewise.figures import show_figure
from shapewise.grids import Grid, show_grids

__all__ = [
    "Grid",
    "call",
    "check",
    "close",
    "explore_broadcast",
    "explore_dimensions",
    "explore_layout",
    "explore_pipeline",
    "progress",
    "same",
    "show_figure",
    "show_grids",
]
