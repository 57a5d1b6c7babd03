"""An exercise's name -> the exercise as it was handed out, with the learner's own answer kept aside.

The stub comes from the notebooks as they were copied (``.released``) or released, so no instructor's file is needed.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from shapewise.course.keeping import keep
from shapewise.course.learning import RELEASED
from shapewise.course.open_notebooks import refuse_if_open
from shapewise.course.saved_notebook import answers_in, cells_of, put_answer

__all__ = ["keep_answer", "start_again", "stubs"]

_CLOSE = 0.7


def stubs(folder: Path) -> dict[str, tuple[str, str]]:
    """Each exercise of a learner's folder: the notebook's file name, and what stood in the answer's cell at first."""
    for released in (folder / RELEASED, *(parent / "release" / folder.name for parent in folder.parents)):
        notebooks = sorted(released.glob("[!.]*.ipynb"))
        if notebooks:
            return {
                name: (notebook.name, stub)
                for notebook in notebooks
                for name, stub in answers_in(cells_of(notebook)).items()
            }
    raise FileNotFoundError(
        f"The exercises as they were handed out are not there: neither {folder / RELEASED} nor a release/{folder.name} "
        "above it. `make learn` copies them."
    )


def keep_answer(folder: Path, exercise: str, answer: str) -> Path:
    """Keep an answer as ``kept/<exercise> <time>.py``; return the file."""
    return keep(folder, f"{exercise}.py", (answer.rstrip("\n") + "\n").encode())


def start_again(folder: Path, exercise: str) -> Path | None:
    """Put the stub back into the notebook's file; return where the answer is kept, None if there was none.

    ``LookupError`` names the exercises there are; ``OpenNotebookError`` says where the notebook is open.
    """
    known = stubs(folder)
    if exercise not in known:
        close = get_close_matches(exercise, known, 1, _CLOSE)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise LookupError(f"No exercise is called {exercise!r}. {meant}There are {', '.join(known)}.")
    name, stub = known[exercise]
    notebook = folder / name
    try:
        answers = answers_in(cells_of(notebook))
    except ValueError as error:
        raise RuntimeError(f"{notebook} is no notebook: {error}.") from None
    if exercise not in answers:
        raise LookupError(f"{notebook} has lost the cell of {exercise}. Move it away, and `make learn` copies it anew.")
    if answers[exercise].strip() == stub.strip():
        return None
    refuse_if_open(notebook, " Or put %%restart above your answer there, and run that cell.")
    kept = keep_answer(folder, exercise, answers[exercise])
    put_answer(notebook, exercise, stub)
    return kept
