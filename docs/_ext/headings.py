"""A heading -> its address, the same as in JupyterLab, so that a link in a notebook leads to the same place on the page."""

__all__ = ["anchor"]


def anchor(title: str) -> str:
    """Spaces become hyphens, and nothing else changes."""
    return title.replace(" ", "-")
