"""Shapewise: the explorers, checks and figures that the course's notebooks import."""

from shapewise.checks import call
from shapewise.figures import show_figure

__all__ = ["call", "show_figure"]
