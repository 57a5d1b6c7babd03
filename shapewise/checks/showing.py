"""HTML and the same as text -> a panel in a notebook, or text in a terminal."""

from __future__ import annotations

from typing import Any

__all__ = ["Shown", "notebook_shell", "show"]


class Shown:
    """A panel that can be replaced by a newer one; in a terminal, what is printed stays."""

    def __init__(self, handle: Any = None, stream: Any = None) -> None:
        """Hold IPython's display handle, or None outside a notebook; then ``stream`` is where newer text is printed."""
        self._handle, self._stream = handle, stream

    def update(self, html: str, text: str) -> None:
        """Put the new content where the old one stands."""
        if self._handle is not None:
            self._handle.update(_bundle(html, text), raw=True)
        elif self._stream is not None:
            print(text, file=self._stream)


def show(html: str, text: str, *, keep: bool = False, stream: Any = None) -> Shown:
    """Show a panel; with ``keep`` it can be updated later. Outside a notebook its text is printed, to ``stream``."""
    if notebook_shell() is None:
        print(text, file=stream)
        return Shown(stream=stream)
    from IPython.display import display

    return Shown(display(  # type: ignore[no-untyped-call]
        _bundle(html, text), raw=True, display_id=True if keep else None,
    ))


def _bundle(html: str, text: str) -> dict[str, str]:
    return {"text/html": html, "text/plain": text}


def notebook_shell() -> Any:
    """IPython's shell where this runs in a notebook's kernel, else None."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell if shell is not None and getattr(shell, "kernel", None) is not None else None
