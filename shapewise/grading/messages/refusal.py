"""Why this machine cannot grade safely -> one sentence with what to do, the same from whichever process finds out."""

from __future__ import annotations

__all__ = ["SandboxUnavailableError"]

_HELP = (
    "Grading refuses to run students' code without a sandbox. Use Linux 5.12 or newer on x86_64 or aarch64 with "
    "unprivileged user namespaces switched on (Debian: sysctl kernel.unprivileged_userns_clone=1; Ubuntu 24.04: "
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0; a container: run it with permission to unshare), or run "
    "as root; on macOS and Windows use a Linux machine, a virtual machine or WSL 2. --unsafe-no-sandbox does without, "
    "but not on Windows, where no process can fork."
)


class SandboxUnavailableError(RuntimeError):
    """This machine offers no sandbox; the message says what is missing and what to do."""

    def __init__(self, missing: str) -> None:
        """``missing`` is a sentence."""
        super().__init__(missing if missing.endswith(_HELP) else f"{missing} {_HELP}")
