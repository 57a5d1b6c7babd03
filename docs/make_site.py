"""The students' notebooks and the texts in docs/ -> the web edition in build/site: pages for any browser.

    python docs/make_site.py               # run what changed, build, check links
    python docs/make_site.py --fresh       # run every notebook again
    python docs/make_site.py --measure     # measure times anew, on this machine, idle: writes docs/measured.json
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
COURSE = DOCS.parent
sys.path.insert(0, str(DOCS))

from _ext.building import build  # noqa: E402
from _ext.executed import Measured, NotebookError, execute  # noqa: E402
from _ext.measuring import measured_anew  # noqa: E402


def main() -> int:
    """Build; 0 if every page was made and every link leads somewhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=COURSE / "build" / "site", help="where to (build/site)")
    parser.add_argument("--fresh", action="store_true", help="run notebooks that did not change, too")
    parser.add_argument("--measure", action="store_true", help="measure anew what differs between runs")
    asked = parser.parse_args()
    started = time.monotonic()
    try:
        return _made(asked, started)
    except NotebookError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        say("Stopped. What stood in the site's folder stands there still; run the same command again.")
        return 130


def _made(asked: argparse.Namespace, started: float) -> int:
    notebooks = sorted(path for path in (COURSE / "release").glob("[!.]*/*.ipynb") if not path.name.startswith("."))
    if not notebooks:
        sys.exit(f"No notebooks in {COURSE / 'release'}: run `make build` first.")
    cache = COURSE / "build" / "site.executed"
    executed = execute(notebooks, cache, say, fresh=asked.fresh or asked.measure)
    kept = DOCS / "measured.json"
    if asked.measure:
        say("Running them once more, to see what differs ...")
        again = execute(notebooks, cache.with_name("site.again"), say, fresh=True)
        measured_anew(notebooks, executed, again, _machine()).write(kept)
    problems = build(notebooks, executed, Measured.read(kept), asked.to, say)
    for problem in problems:
        say(f"  {problem}")
    if problems:
        say(f"{len(problems)} problems; the site is there, but not as it should be.")
        return 1
    say(f"Built in {time.monotonic() - started:.0f} s. Open {asked.to / 'index.html'}")
    return 0


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"on {cores} cores of {platform.system()} on {platform.machine()}, without a GPU"


def say(text: str) -> None:
    """Tell what happens, at once."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
