"""The bundle -> what Python keeps of it: the catalogue, the stored pictures, and the pictures that the tests review.

`make explorers` runs this after bundling. `python -m tests.explorers.record` alone needs no Node.
"""

from __future__ import annotations

import json
from pathlib import Path

from shapewise.explorers.catalogue import STATIC
from tests.explorers.bundle import explorer, names

__all__ = ["REVIEWED", "contents", "record"]

REVIEWED = Path(__file__).parent / "reviewed"


def contents() -> dict[Path, str]:
    """Every file that is made from the bundle, and what should stand in it."""
    found: dict[Path, str] = {}
    catalogue = {}
    for name in names():
        known = explorer(name)
        catalogue[name] = {"title": known.title, "initial": known.initial, "controls": known.controls}
        stored = [
            {"state": state, "words": known.words(**state), "html": known.stored(**state)} for state in known.pictured
        ]
        found[STATIC / "pictures" / f"{name}.json"] = _json(stored)
        for k, state in enumerate(known.pictured):
            lines = known.frame(**state).replace("><", ">\n<")
            found[REVIEWED / f"{name}-{k}.html"] = f"<!-- {known.words(**state)} -->\n{lines}\n"
    found[STATIC / "catalogue.json"] = _json(catalogue)
    return found


def record() -> int:
    """Write what has changed, take away what is no longer made, and say how many files that were."""
    wanted = contents()
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    old = [path for path in (*REVIEWED.glob("*.html"), *(STATIC / "pictures").glob("*.json")) if path not in wanted]
    for path in old:
        path.unlink()
    return len(changed) + len(old)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(f"{record()} files of pictures and words written")
