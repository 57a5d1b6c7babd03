"""npm's package of KaTeX -> docs/katex: what the web edition's formulas are made with, and the fonts that show them.

Run it with a version to renew what is committed there; it needs npm, which building the pages does not.

    python tools/renew_katex.py 0.19.1
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

KATEX = Path(__file__).resolve().parents[1] / "docs" / "katex"
OTHER_FORMATS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)')


def main() -> None:
    """Fetch the version named on the command line, and keep of it the script, the styles and the fonts in woff2."""
    if len(sys.argv) != 2 or not re.fullmatch(r"\d+\.\d+\.\d+", sys.argv[1]):
        sys.exit(f"Wanted: one version, like 0.19.1. Now in docs/katex: {(KATEX / 'VERSION').read_text().strip()}")
    npm = shutil.which("npm") or sys.exit("No npm on PATH: install Node 20 or newer, then run this again.")
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            [npm, "pack", f"katex@{sys.argv[1]}", "--silent"], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            archive.extractall(folder, filter="data")
        _keep(Path(folder) / "package")
    (KATEX / "VERSION").write_text(f"{sys.argv[1]}\n", encoding="utf-8")
    print(f"docs/katex holds KaTeX {sys.argv[1]}. Run `make site` and look at the formulas.")


def _keep(package: Path) -> None:
    served = KATEX / "served"
    shutil.rmtree(served, ignore_errors=True)
    (served / "fonts").mkdir(parents=True)
    shutil.copyfile(package / "dist" / "katex.min.js", KATEX / "katex.min.js")
    shutil.copyfile(package / "LICENSE", served / "katex-licence.txt")
    styles = (package / "dist" / "katex.min.css").read_text(encoding="utf-8")
    (served / "katex.css").write_text(OTHER_FORMATS.sub("", styles), encoding="utf-8")
    for font in sorted((package / "dist" / "fonts").glob("*.woff2")):
        shutil.copyfile(font, served / "fonts" / font.name)


if __name__ == "__main__":
    main()
