"""What a student could write to make somebody else's browser run a script or ask a server for something."""

from __future__ import annotations

import copy
from typing import Any

from tests.grading import small_course

RUN, ELSEWHERE = "window.ran=1", "http://elsewhere.test"
MARKDOWN = (
    f"<script>{RUN}</script>",
    f"<SCRIPT SRC={ELSEWHERE}/a.js></SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror\n=\n{RUN}>",
    f'<img src="{ELSEWHERE}/a.png">',
    f'<img srcset="{ELSEWHERE}/b.png 1x">',
    f'<img/src="{ELSEWHERE}/c.png"/onload="{RUN}">',
    f"<svg onload={RUN}></svg>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><image href='{ELSEWHERE}/d.svg' /><use href='{ELSEWHERE}/e.svg#x' /></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<math href='javascript:{RUN}'>x</math>",
    f"<iframe src='javascript:{RUN}'></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data='{ELSEWHERE}/f'></object><embed src='{ELSEWHERE}/g'>",
    f"<video src='{ELSEWHERE}/h' onerror={RUN} autoplay></video><audio src='{ELSEWHERE}/i'></audio>",
    f"<video poster='{ELSEWHERE}/j'></video>",
    f"<link rel=stylesheet href='{ELSEWHERE}/k.css'>",
    f"<style>@import '{ELSEWHERE}/l.css'; body {{ background: url({ELSEWHERE}/m.png) }}</style>",
    f"<p style='background: url({ELSEWHERE}/n.png)'>styled</p>",
    f"<table background='{ELSEWHERE}/o.png'><tr><td background='{ELSEWHERE}/p.png'>cell</td></tr></table>",
    f"<base href='{ELSEWHERE}/'>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}/q'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<form action='{ELSEWHERE}/r'><button formaction='javascript:{RUN}'>b</button></form>",
    f"<details open ontoggle={RUN}><summary>more</summary>x</details>",
    f"<body onload={RUN}>",
    f"<div onmouseover={RUN} style='position:fixed;inset:0'>all of it</div>",
    f"<input autofocus onfocus={RUN}>",
    f"<!-- --!><img src=x onerror={RUN}> -->",
    f"<!--[if true]><script>{RUN}</script><![endif]-->",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"<?xml version='1.0'?><script>{RUN}</script>",
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\"></noscript>",
    f"<template><img src=x onerror={RUN}></template>",
    f"<xmp><p title=\"</xmp><img src=x onerror={RUN}>\"></xmp>",
    f"<textarea><p title=\"</textarea><img src=x onerror={RUN}>\"></textarea>",
    f"[a](javascript:{RUN})",
    f"[a](JaVaScRiPt:{RUN})",
    f"[a](java&#115;cript:{RUN})",
    f"[a](java&Tab;script:{RUN})",
    f"[a](<java\tscript:{RUN}>)",
    f"[a](&#x6A;avascript&colon;{RUN})",
    f"[a](\x01javascript:{RUN})",
    f"[a]( javascript:{RUN} )",
    f"[a](vbscript:{RUN})",
    "[a](data:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4=)",
    f"[a](data:text/html,<script>{RUN}</script>)",
    "[a](file:///etc/passwd) [b](blob:x) [c](filesystem:x) [d](//elsewhere.test/s) [e](../../../lab) [f](/lab)",
    f"[a]\n\n[a]: javascript:{RUN}",
    f"[a]: <javascript:{RUN}> \"title\"\n\n[x][a]",
    f"<javascript:{RUN}>",
    f"<a href='javascript:{RUN}'>a</a> <a href='jav&#x0A;ascript:{RUN}'>b</a> <a xlink:href='javascript:{RUN}'>c</a>",
    f"<a href=\"https://x\" ping='{ELSEWHERE}/t' onclick='{RUN}' target=_top>a</a>",
    f"![a]({ELSEWHERE}/u.png)",
    f"![a](javascript:{RUN})",
    "![a](data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0id2luZG93LnJhbj0xIi8+)",
    f"![a][pic]\n\n[pic]: {ELSEWHERE}/v.png",
    "![a](attachment:picture.svg) ![b](attachment:page.html) ![c](attachment:missing.png)",
    "![a](attachment:right.png\" onerror=\"window.ran=1)",
    f"![\" onerror=\"{RUN}](attachment:right.png)",
    f"[![a]({ELSEWHERE}/w.png)](javascript:{RUN})",
    "![a ![b](attachment:right.png) c](attachment:right.png)",
    f"<img src='attachment:right.png' alt='\"><script>{RUN}</script>'>",
    "<div title=\"<img src='attachment:right.png'>\" class=\"$x$\">inside</div>",
    "<a href=\"https://x/<img src='attachment:right.png'>\">inside</a>",
    f"$<img src=x onerror={RUN}>$",
    f"$$\\text{{<img src=x onerror={RUN}>}}$$",
    f"$\\href{{javascript:{RUN}}}{{x}}$ $\\style{{background:url({ELSEWHERE}/x.png)}}{{y}}$",
    f"$\\text{{</mtext></math><img src=x onerror={RUN}>}}$",
    f"\\begin{{aligned}}<script>{RUN}</script>\\end{{aligned}}",
    f"`<img src=x onerror={RUN}>`",
    f"```html\n<script>{RUN}</script>\n```",
    f"```\n```html\n<img src=x onerror={RUN}>\n```",
    f"````\n```\n</code></pre><script>{RUN}</script>\n```\n````",
    f"```mermaid\ngraph TD; A[\"<img src=x onerror={RUN}>\"]\n```",
    f"```\"><img src=x onerror={RUN}>\ncode\n```",
    f"| a |\n|---|\n| <img src=x onerror={RUN}> |",
    f"# <img src=x onerror={RUN}>",
    f"- [x] <script>{RUN}</script>",
    f"term\n: <script>{RUN}</script>",
    f"{{{{ cell.metadata }}}} {{% include 'x' %}} <script>{RUN}</script>",
    "<" * 300 + f"script>{RUN}",
)  # fmt: skip
CODE = (
    f"from IPython.display import HTML, display\ndisplay(HTML('<script>{RUN}</script><img src={ELSEWHERE}/y.png>'))",
    f"from IPython.display import Javascript, display\ndisplay(Javascript('{RUN}'))",
    f"from IPython.display import SVG, display\ndisplay({{'image/svg+xml': '<svg onload=\"{RUN}\"/>'}}, raw=True)",
    f"from IPython.display import Latex, display\ndisplay(Latex('<script>{RUN}</script>'))",
    f"from IPython.display import Markdown, display\ndisplay(Markdown('<script>{RUN}</script>'))",
    f"display({{'text/plain': 'p', 'image/png': '\"><script>{RUN}</script>'}}, raw=True)",
    f"print('</pre><script>{RUN}</script>\\x1b]8;;javascript:{RUN}\\x07link\\x1b]8;;\\x07')",
    f"# </pre></div><script>{RUN}</script>\nraise ValueError('<img src=x onerror={RUN}>')",
    f"%%html\n<script>{RUN}</script>",
    f"class Shown:\n    def _repr_html_(self):\n        return '<script>{RUN}</script>'\nShown()",
)  # fmt: skip
RIGHT_PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_SVG = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0id2luZG93LnJhbj0xIi8+"
ATTACHMENTS = {
    "right.png": {"image/png": RIGHT_PICTURE},
    "picture.svg": {"image/svg+xml": _SVG},
    "page.html": {"text/html": f"<script>{RUN}</script>"},
    "wrong.png": {"image/png": _SVG},
    f"\"><script>{RUN}</script>": {"image/png": RIGHT_PICTURE},
}
METADATA = {
    "raw_mimetype": "text/html", "format": "text/html", "tags": [f"\"><script>{RUN}</script>"],
    "name": f"<img onerror={RUN}>",
    "nbgrader": {"grade_id": f"\"><script>{RUN}</script>"}, "slideshow": {"slide_type": "slide"},
}  # fmt: skip


def hostile_notebook() -> dict[str, Any]:
    """A submission of the small course that holds all of it, and earns what its answers earn."""
    notebook = small_course.submission({"label": f"def label(n):\n    raise ValueError('<img src=x onerror={RUN}>')"})
    notebook["metadata"]["title"] = f"</title><script>{RUN}</script>"
    notebook["cells"][0]["source"] += "\n\n" + "\n\n".join(MARKDOWN[:5])
    for number, text in enumerate(MARKDOWN):
        notebook["cells"].insert(-1, {
            "cell_type": "markdown", "id": f"m{number}", "metadata": copy.deepcopy(METADATA), "source": text,
            "attachments": ATTACHMENTS,
        })  # fmt: skip
    source = f"<script>{RUN}</script><img src={ELSEWHERE}/z.png>"
    raw = {"cell_type": "raw", "id": "raw", "metadata": METADATA, "source": source}
    notebook["cells"].append(raw)
    notebook["cells"].append({**raw, "id": "raw2", "metadata": {}})
    for number, text in enumerate(CODE):
        notebook["cells"].append({
            "cell_type": "code", "id": f"c{number}", "metadata": METADATA, "source": text, "execution_count": 1,
            "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": source}}],
        })  # fmt: skip
    return notebook
