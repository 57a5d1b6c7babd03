"""requirements.lock -> .venv, once: the exact packages that the course runs on.

Run by the Makefile with whatever Python there is, so it uses the standard library alone and syntax that an old
Python can read, to be able to say that the Python is too old.
"""

import os
import subprocess
import sys
import time

WANTED = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
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
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--progress-bar", "on"]
        say("  packages from requirements.lock ...")
        run(pip + ["-r", os.path.join(ROOT, "requirements.lock")], "installing the packages")
        say("  shapewise itself ...")
        run(pip + ["--no-deps", "--editable", ROOT], "installing shapewise")
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


def run(command, doing, hint=""):
    """Run it; keep its progress on the terminal, its errors for one sentence."""
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return
    if any(sign in done.stderr for sign in NO_NETWORK):
        stop("No network: {} needs the Python package index once. "
             "Connect and run the same command again.".format(doing))
    last = [line for line in done.stderr.strip().splitlines() if line.strip()]
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
