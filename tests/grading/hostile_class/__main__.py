"""The grading command with short limits, as a command of its own: ``python -m tests.grading.hostile_class COURSE``.

Its last line on stderr is the most memory that this process has used, in MiB.
"""

from __future__ import annotations

import resource
import sys
from unittest import mock

from shapewise.__main__ import main
from shapewise.grading.command import run
from shapewise.grading.messages import verdicts
from tests.grading.conftest import LIMITS
from tests.grading.hostile_class.hand_in import ASSIGNMENT

__all__: list[str] = []


def _graded(arguments: list[str]) -> int:
    with (
        mock.patch.object(verdicts, "Limits", lambda: LIMITS),
        mock.patch.object(run.Options.__init__, "__defaults__", (*run.Options.__init__.__defaults__[:-1], LIMITS)),
    ):
        return main(["grade", ASSIGNMENT, *arguments])


if __name__ == "__main__":
    code = _graded(sys.argv[1:])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, file=sys.stderr)
    sys.exit(code)
