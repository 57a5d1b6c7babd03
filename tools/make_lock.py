"""pyproject.toml -> requirements.lock: exact versions for Linux, macOS and Windows, and every Python from 3.11 on.

torch's own packages for CUDA are left to torch: its wheel names their exact versions, and its CPU wheel needs none.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FROM_TORCH = ("cuda-", "nvidia-", "triton")
HEADER = "# Made by `make lock` from pyproject.toml. Exact versions; the Makefile installs them.\n"


def main() -> None:
    """Resolve with uv and write the lines that pip is to install."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--extra", "dev",
               "--python-version", "3.11", "--no-annotate", "--no-header", "--quiet"]
    resolved = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    lines = [line for line in resolved.splitlines() if not line.startswith(FROM_TORCH)]
    (ROOT / "requirements.lock").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
