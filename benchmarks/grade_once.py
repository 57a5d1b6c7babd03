"""Grade a course's submissions once, as ``shapewise grade --regrade --no-feedback`` does; print what it took as JSON.

A process of its own, so that whoever times it times Python's start and all imports, too.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from rich.console import Console

from shapewise.grading.command.schedule import shared_engine
from shapewise.grading.messages.verdicts import Limits


def main(course: Path, assignment: str, jobs: int, scheduler: str | None) -> None:
    gc.disable()  # as the command does
    if scheduler is None:
        shared_engine(Limits(), True, (str(course),))  # as the command does: it warms up during the imports

    from shapewise.grading.command.run import Options, autograde
    from shapewise.grading.command.submissions import find_submissions

    gc.freeze()
    gc.enable()
    submissions = find_submissions(course, assignment)
    options = Options(jobs, regrade=True, scheduler=scheduler)
    done = autograde(course, assignment, submissions, options, Console(stderr=True))
    cells = sum(notebook.cpu_seconds for graded in done for notebook in graded.notebooks.values())
    print(json.dumps({"submissions": len(done), "cells": cells}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
