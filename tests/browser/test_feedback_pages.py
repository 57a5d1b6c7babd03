"""A feedback page that shows all that one can, in a browser: readable in every look, by everybody, and on paper."""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib.figure import Figure

from tests.grading.test_feedback import WRITTEN, code, notebook, page_of, text

WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
LOOKS = [
    pytest.param(colours, size, id=f"{colours}, {size['width']} px")
    for colours, size in itertools.product(("light", "dark"), (WIDE, NARROW))
]
LONG_LINE = "positions = " + " + ".join(f"the_name_of_a_rather_long_variable_{n}" for n in range(12))
WIDE_ROW = "|" + "|".join(f" column{n} " for n in range(30)) + "|"
PROSE = f"""# My notes

So $x<y$, `a<b`, and $$\\text{{softmax}}(x)_i = \\frac{{e^{{x_i}}}}{{\\sum_j e^{{x_j}}}}$$

| axis | size |
|---|--:|
| batch | 2 |
| a sequence of {"very" * 30} long words | 7 |

{WIDE_ROW}
|{"---|" * 30}
{WIDE_ROW}

- [x] read *twice*, see [the manual](https://pytorch.org)

> "A view shares its memory."

```python
{LONG_LINE}
```

![what I drew](attachment:drawn.png) ![from elsewhere](http://elsewhere.test/a.png)
"""

_CUT = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
    .map(one => one.textContent.slice(0, 60))"""


def picture(width: float) -> str:
    """A figure as a student's cell shows it: PNG, in base64."""
    figure = Figure(figsize=(width, 3))
    figure.subplots().imshow([[0, 1, 2], [3, 4, 5]], aspect="auto")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shown = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": picture(12), "text/plain": "<Figure>"},
    }
    printed = {"output_type": "stream", "name": "stdout", "text": "".join(f"{n} tokens\n" for n in range(60))}
    raised = {"output_type": "error", "ename": "ValueError", "evalue": "x" * 300, "traceback": ["x" * 300]}
    folder = tmp_path_factory.mktemp("page")
    prose = text(PROSE, WRITTEN) | {"attachments": {"drawn.png": {"image/png": picture(14)}}}
    own = (
        prose,
        code(f"{LONG_LINE}\nplt.imshow(x)  # drawn", WRITTEN, [printed, shown]),
        code("1 / 0", WRITTEN, [raised]),
    )
    level, _ = page_of(folder, notebook(*own))
    assert level == "rich"
    return folder / "one.html"


@pytest.fixture
def opened(browser: Any, page_file: Path) -> Iterator[Any]:
    """Opens the page in a look: colours and size."""
    contexts = []

    def opened(colours: str = "light", size: dict[str, int] = WIDE, media: str = "screen") -> Any:
        contexts.append(browser.new_context(color_scheme=colours, viewport=size, bypass_csp=True))  # for axe's script
        page = contexts[-1].new_page()
        page.emulate_media(media=media, color_scheme=colours)
        page.goto(page_file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("colours", "size"), LOOKS)
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(opened: Any, colours: str, size: dict[str, int]) -> None:
    page = opened(colours, size)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_pictures_of_a_cell_and_of_its_text_are_there_described_and_no_wider_than_the_page(opened: Any) -> None:
    pictures = (
        opened(size=NARROW)
        .locator("img")
        .evaluate_all(
            "all => all.map(one => [one.naturalWidth > 1000, one.getBoundingClientRect().right < 390, one.alt !== ''])"
        )
    )
    assert pictures == [[True, True, True]] * 2


def test_a_picture_from_elsewhere_is_named_in_its_place(opened: Any) -> None:
    assert opened().locator(".missing").all_inner_texts() == [
        "[from elsewhere: picture http://elsewhere.test/a.png, not shown]"
    ]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_on_paper_every_line_is_whole_and_dark_on_white(opened: Any, colours: str) -> None:
    page = opened(colours, {"width": 700, "height": 900}, media="print")
    cut = page.locator("pre").evaluate_all(_CUT)
    assert cut == []
    ink, paper = page.evaluate("[getComputedStyle(document.body)].flatMap(one => [one.color, one.backgroundColor])")
    assert paper == "rgb(255, 255, 255)" and sum(map(int, ink.strip("rgb()").split(","))) < 150


def test_it_prints(opened: Any, tmp_path: Path) -> None:
    page = opened()
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
