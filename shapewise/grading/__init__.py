"""Submissions -> grades in nbgrader's gradebook. One folder a process, so that a line of code knows what it may touch.

The arrows between the folders are tested (tests/grading/test_rooms.py)::

    command -> messages, report      judge   -> messages, kernel, checks
    server  -> messages, kernel      student -> messages, kernel, and of checks what describes a call
    report  -> nothing of grading    kernel  -> nothing of grading
"""

from __future__ import annotations

from typing import Any

__all__ = ["configure"]


def configure(config: Any) -> None:
    """Name this engine in a course's ``nbgrader_config.py``: ``grading.configure(c)`` is all that it takes.

    Submissions are rebuilt, run in a sandbox, and judged where no student's code runs; feedback pages show a student's
    work and nothing of the lesson; formgrader runs no script of a student's and asks no other server for anything.
    """
    from shapewise.report import formgrader

    command = f"{__name__}.command"
    config.Autograde.exporter_class = f"{command}.plugin.SubmissionExporter"
    config.Autograde.sanitize_preprocessors = [f"{command}.plugin.GradeNotebook"]
    config.Autograde.autograde_preprocessors = [
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    config.GenerateFeedback.exporter_class = f"{command}.feedback_exporter.FeedbackExporter"
    config.GenerateFeedback.preprocessors = []
    formgrader.configure(config)
