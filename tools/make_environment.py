"""requirements.lock -> .venv, once: the exact packages that the course runs on.

Run by the Makefile with whatever Python there is, so it uses the standard library alone and syntax that an old
Python can read, to be able to say that the Python is too old.
"""

import os
import subprocess
import sys
import tempfile
import time

WANTED = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
LIBRARY = os.path.join(VENV, "Lib" if os.name == "nt" else "lib")
READY = os.path.join(VENV, "ready")
NO_NETWORK = ("NewConnectionError", "ConnectTimeoutError", "Name or service not known", "Temporary failure in name",
              "getaddrinfo failed", "Network is unreachable", "ReadTimeoutError", "ProxyError", "Connection refused")


def main():
    """Make the environment unless the one there is newer than the lock; say in one sentence what stops it."""
    if sys.version_info < WANTED:
        stop("Shapewise needs Python {}.{} or newer, and {} is {}.{}. Install a newer one, or name it: "
             "make PYTHON=python3.12".format(*(WANTED + (sys.executable,) + tuple(sys.version_info[:2]))))
    if is_ready():
        return
    started = time.time()
    say("Making the environment in .venv (once, a few minutes; about 2 GB with a CPU build of torch) ...")
    try:
        if not os.path.exists(PYTHON):
            run([sys.executable, "-m", "venv", VENV], "making .venv",
                hint="on Debian and Ubuntu: apt install python3-venv")
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off",
               "--no-compile"]
        run(pip + ["-r", os.path.join(ROOT, "requirements.lock")], "installing the packages", show=Counter())
        run(pip + ["--no-deps", "--editable", ROOT], "installing shapewise")
        # pip would do it on one core, and what does not compile (templates, old tests) is nobody's trouble
        subprocess.call([PYTHON, "-m", "compileall", "-qq", "-j", "0", "-x", r"[/\\]tests?[/\\]", LIBRARY])
    except KeyboardInterrupt:
        stop("Stopped. Run the same command again; it goes on from here.")
    with open(READY, "w") as ready:
        ready.write("made by tools/make_environment.py\n")
    say("  ready after {:.0f} s".format(time.time() - started))


def is_ready():
    """Whether .venv was made completely, and after the last change of what it is made from."""
    sources = [os.path.join(ROOT, name) for name in ("requirements.lock", "pyproject.toml")]
    return (os.path.exists(READY) and os.path.exists(PYTHON)
            and all(os.path.getmtime(READY) >= os.path.getmtime(source) for source in sources))


class Counter:
    """pip's lines -> one line that counts packages, or every 25th on something that is no terminal."""

    def __init__(self):
        """Count what there is to fetch."""
        with open(os.path.join(ROOT, "requirements.lock")) as lock:
            self.total = sum(1 for line in lock if "==" in line)
        self.seen = 0

    def __call__(self, line):
        """Take note of one line."""
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            self.seen += 1
            name = line.split()[1 if line.startswith("Collecting") else 3].split("==")[0]
            self.tell("  fetching {} of {}: {}".format(min(self.seen, self.total), self.total, name),
                      keep=self.seen % 25 == 0)
        elif line.startswith("Installing collected packages"):
            self.tell("  installing them, which takes a minute ...", True)

    def tell(self, text, keep):
        """Write over the last line on a terminal; elsewhere write only what is to be kept."""
        if sys.stderr.isatty():
            sys.stderr.write("\r" + text.ljust(78)[:78] + ("" if not keep or "fetching" in text else "\n"))
        elif keep:
            say(text)


def run(command, doing, hint="", show=lambda line: None):
    """Run it; show what its output says of its progress, keep its errors for one sentence."""
    with tempfile.TemporaryFile("w+") as errors:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        for line in running.stdout:
            show(line)
        if running.wait() == 0:
            return
        errors.seek(0)
        said = errors.read()
    if any(sign in said for sign in NO_NETWORK):
        stop("No network: {} needs the Python package index once. "
             "Connect and run the same command again.".format(doing))
    last = [line for line in said.strip().splitlines() if line.strip()]
    stop("{} failed: {}{}".format(doing.capitalize(), last[-1] if last else "no message", "; " + hint if hint else ""))


def say(text):
    """Tell what happens, at once."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stop(sentence):
    """End with one sentence."""
    say(sentence)
    sys.exit(1)


main()
