"""Shapewise: the explorers, checks and figures that the course's notebooks import."""

from shapewise.checks import call

__all__ = ["call"]
