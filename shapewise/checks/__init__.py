"""A learner's function -> what it does, what is wrong with it, and why."""

from shapewise.checks.calling import call
from shapewise.checks.checking import check
from shapewise.checks.comparing import close, same
from shapewise.checks.completing import expect
from shapewise.checks.diagnosing import diagnose
from shapewise.checks.outcomes import Outcome, Raised
from shapewise.checks.progress_panel import progress

__all__ = ["Outcome", "Raised", "call", "check", "close", "diagnose", "expect", "progress", "same"]
