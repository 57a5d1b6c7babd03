"""A learner's function -> what it does, what is wrong with it, and why."""

from shapewise.checks.calling import Outcome, Raised, call

__all__ = ["Outcome", "Raised", "call"]
