"""A heading -> its address, the same as in JupyterLab, so that links in notebooks lead to the same place on pages."""

__all__ = ["anchor"]


def anchor(title: str) -> str:
    """Spaces become hyphens, and nothing else changes."""
    return title.replace(" ", "-")
