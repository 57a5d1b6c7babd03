"""What the self-test finds wrong with a test, as plain data: the terminal, the CSV file and the class report say it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault"]


@dataclass(frozen=True)
class Fault:
    """A test that an instructor has to mend, before anybody's points in it are final.

    ``says`` goes on from the test's name, ``why`` is what the test itself said, ``do`` the sentence with what to do.
    Without a ``test`` it is the whole notebook that could not be tried.
    """

    notebook: str
    test: str
    says: str
    why: str
    do: str

    @property
    def place(self) -> str:
        """``1_shapes/describe_test``, or the notebook alone."""
        return f"{self.notebook}/{self.test}" if self.test else self.notebook

    def __str__(self) -> str:
        """In one line, as the terminal shows it."""
        what = f"{self.test} {self.says}" if self.test else self.says
        return f"{self.notebook}: {what}{f' ({self.why})' if self.why else ''}. {self.do}"
