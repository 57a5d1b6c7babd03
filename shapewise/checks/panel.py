"""A verdict, or the progress in a notebook -> a panel of accessible HTML for JupyterLab.

Colours come from JupyterLab's theme (``--jp-*``), with fallbacks for pages without one; every state is also a sign
and a word.
"""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from shapewise.checks.verdict import SIGNS, Shape, Stage, Verdict

__all__ = ["TITLE", "code", "page", "verdict_html"]

# Not an <h4>: JupyterLab would list it in the notebook's table of contents.
TITLE = '<p class="sw-title" role="heading" aria-level="4">'
_CODE = re.compile(r"`([^`]+)`")


def page(kind: str, label: str, state: str, body: str) -> str:
    """One panel: its styles, and a part that screen readers announce when it changes."""
    style = files("shapewise.checks").joinpath("panel.css").read_text(encoding="utf-8")
    state_class = state.replace(" ", "-")
    return (
        f"<style>{style}</style>"
        f'<div class="shapewise-panel shapewise-{kind} is-{state_class}" role="status" '
        f'aria-label="{escape(label)}">{body}</div>'
    )


def code(text: str) -> str:
    """Text as HTML, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def verdict_html(verdict: Verdict) -> str:
    """The panel that says what a check found."""
    parts = [_heading(verdict), _stages(verdict)]
    if verdict.case:
        parts.append(f'<p class="sw-case">Tried with {code(verdict.case)}</p>')
    parts.append(f'<p class="sw-headline">{code(verdict.headline)}</p>')
    parts += [_shapes(verdict), _entries(verdict)]
    parts += [f"<p>{code(text)}</p>" for text in verdict.paragraphs]
    if verdict.mistake is not None:
        parts.append(
            f'<div class="sw-mistake"><p>{code(verdict.why)}</p>'
            f'<p class="sw-do"><strong>What to do:</strong> {code(verdict.do)}</p></div>'
        )
    if verdict.printed:
        parts.append(
            f"<details><summary>Your function printed</summary>"
            f"<pre>{escape(verdict.printed)}</pre></details>"
        )
    label = f"Check of {verdict.exercise}: {verdict.state}"
    return page("check", label, verdict.state, "".join(parts))


def _heading(verdict: Verdict) -> str:
    return (
        f'{TITLE}<span class="sw-sign" aria-hidden="true">{SIGNS[verdict.state]}</span> '
        f'<code>{escape(verdict.exercise)}</code> <span class="sw-state">{verdict.state}</span></p>'
    )


def _stages(verdict: Verdict) -> str:
    if not verdict.started or not verdict.stages:
        return ""
    items = []
    for stage in verdict.stages:
        if stage < verdict.stage:
            items.append(_stage("is-right", "✓", stage, "right"))
        elif stage is verdict.stage:
            items.append(_stage("is-wrong", "✗", stage, "not yet"))
        else:
            items.append(_stage("is-open", "·", stage, "not reached"))
    return f'<ol class="sw-stages" aria-label="What was asked, in order">{"".join(items)}</ol>'


def _stage(kind: str, sign: str, stage: Stage, spoken: str) -> str:
    return (
        f'<li class="{kind}"><span aria-hidden="true">{sign}</span> {stage.word}'
        f'<span class="sw-spoken">: {spoken}</span></li>'
    )


def _shapes(verdict: Verdict) -> str:
    if verdict.expected_shape is None:
        return ""
    if verdict.actual_shape is None:
        return f'<div class="sw-shapes">{_shape("Shape", verdict.expected_shape, None)}</div>'
    return (
        f'<div class="sw-shapes">{_shape("Expected shape", verdict.expected_shape, None)}'
        f'{_shape("Your shape", verdict.actual_shape, verdict.expected_shape)}</div>'
    )


def _shape(title: str, shape: Shape, against: Shape | None) -> str:
    chips = []
    for at, (name, size) in enumerate(shape.axes):
        odd = against is not None and (len(against.axes) != len(shape.axes) or against.axes[at][1] != size)
        mark = ' class="is-odd"' if odd else ""
        spoken = '<span class="sw-spoken"> (differs)</span>' if odd else ""
        named = f"<small>{escape(name)}</small>" if name else ""
        chips.append(f"<li{mark}><b>{size}</b> {named}{spoken}</li>")
    inside = "".join(chips) or "<li><b>()</b><small>no axes</small></li>"
    return f'<div class="sw-shape"><span class="sw-label">{title}</span><ol>{inside}</ol></div>'


def _entries(verdict: Verdict) -> str:
    if not verdict.entries:
        return ""
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(entry.index)}</code></th>'
        f"<td>{_value(entry.wanted, entry.wanted_from)}</td><td>{_value(entry.got, entry.got_from)}</td></tr>"
        for entry in verdict.entries
    )
    return (
        '<table><caption>The first wrong entries</caption><thead><tr><th scope="col">entry</th>'
        f'<th scope="col">wanted</th><th scope="col">got</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _value(number: str, origin: str) -> str:
    return escape(number) + (f"<small>{escape(origin)}</small>" if origin else "")
