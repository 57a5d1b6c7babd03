"""The committed bundle, run without a browser: what tests hold against torch, and what stored pictures come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import quickjs

from shapewise.explorers.catalogue import STATIC

__all__ = ["Explorer", "bundle", "explorer", "names"]

State = Mapping[str, Any]
Updated = tuple[dict[str, Any], str | None]
_SETUP = """
function ask(name, method, rest) {
    const explorer = shapewise.explorers.get(name);
    const made = {frame: s => shapewise.frame(explorer, s, null), stored: s => shapewise.storedPicture(explorer, s),
                  address: s => shapewise.toAddress(explorer, s), read: text => shapewise.read(explorer, text)};
    const value = made[method] ? made[method](...rest) : explorer[method](...rest);
    return JSON.stringify(value === undefined ? null : value);
}
"""


@cache
def bundle() -> quickjs.Context:
    """One engine for all tests: what runs in it is pure."""
    context = quickjs.Context()
    context.set_max_stack_size(4 * 2**20)
    context.eval((STATIC / "explorers.js").read_text(encoding="utf-8"))
    context.eval(_SETUP)
    return context


class Explorer:
    """One explorer of the bundle. Where a state is asked for, values that it lacks are the initial ones."""

    def __init__(self, name: str) -> None:
        self.name = name
        picked = "({title, initial, controls, pictured}) => JSON.stringify({title, initial, controls, pictured})"
        found = json.loads(bundle().eval(f"({picked})(shapewise.explorers.get({json.dumps(name)}))"))
        self.title, self.initial = found["title"], found["initial"]
        self.controls, self.pictured = found["controls"], found["pictured"]

    def ask(self, method: str, *rest: Any) -> Any:
        """Call one of the explorer's functions with these values."""
        code = f"ask({json.dumps(self.name)}, {json.dumps(method)}, {json.dumps(rest)})"
        return json.loads(bundle().eval(code))

    def state(self, **values: Any) -> dict[str, Any]:
        """The initial state with these values."""
        return {**self.initial, **values}

    def facts(self, **values: Any) -> Any:
        """What the picture claims, as data."""
        return self.ask("facts", self.state(**values))

    def many_facts(self, states: Iterable[State]) -> list[Any]:
        """The same for many states at once, which is quicker."""
        whole = json.dumps([self.state(**state) for state in states])
        name = json.dumps(self.name)
        return json.loads(
            bundle().eval(f"JSON.stringify({whole}.map(s => shapewise.explorers.get({name}).facts(s)))")
        )

    def render(self, live: bool = True, **values: Any) -> str:
        """The picture as HTML."""
        return self.ask("render", self.state(**values), live)

    def frame(self, **values: Any) -> str:
        """The picture with what is wrong with the boxes."""
        return self.ask("frame", self.state(**values))

    def stored(self, **values: Any) -> str:
        """The picture for where there is no script."""
        return self.ask("stored", self.state(**values))

    def words(self, **values: Any) -> str:
        """The state in a line."""
        return self.ask("words", self.state(**values))

    def torch(self, **values: Any) -> str:
        """The line of torch that makes what is shown."""
        return self.ask("torch", self.state(**values))

    def problems(self, **values: Any) -> dict[str, Any]:
        """What is wrong with each box, by its name."""
        return self.ask("problems", self.state(**values))

    def set(self, state: State, **values: Any) -> Updated:
        """The state after these values were set, and what was said about it."""
        return self._update(state, {"type": "set", "values": values})

    def drag(self, state: State, what: str, x: float, y: float) -> Updated:
        """The state after something was dragged to a place in its drawing."""
        return self._update(state, {"type": "drag", "what": what, "x": x, "y": y})

    def nudge(self, state: State, what: str, dx: int, dy: int, large: bool = False) -> Updated:
        """The state after an arrow key was pressed on something that can be dragged."""
        return self._update(state, {"type": "nudge", "what": what, "dx": dx, "dy": dy, "large": large})

    def _update(self, state: State, event: Mapping[str, Any]) -> Updated:
        update = self.ask("update", dict(state), event)
        return update["state"], update.get("says")


@cache
def explorer(name: str) -> Explorer:
    """One explorer of the bundle, by its name."""
    return Explorer(name)


def names() -> list[str]:
    """Every explorer of the bundle."""
    found: list[str] = json.loads(bundle().eval("JSON.stringify([...shapewise.explorers.keys()])"))
    return found
