"""Mutants that no test can kill, for they change nothing that anybody could see, and the reason of each."""

from __future__ import annotations

__all__ = ["EQUIVALENT"]

_AS_LONG = "The two are as long as each other, which was looked at before."
_AS_GOOD = "Whoever asks takes None for a no."
_REPLACED = "`set_` gives the empty tensor another storage."
_NEVER_MET = "No clock, and no memory that is looked at, shows that very number."
_ENDED = "Where a process has died, nobody asks whether the exercise was begun."
_RUN_AGAIN = "Of a cell that is run again, nothing is looked at."
_LONGER = "No text that is compared with anything is that long."

EQUIVALENT: dict[str, dict[tuple[str, str], str]] = {
    "wire": {
        ("last = offset + sum(", "True -> False"): _AS_LONG,
        ("empty = torch.empty(0", "0 -> 1"): _REPLACED,
        ('return ["A", array.dtype.str, list(array.shape), None', "0 -> 1"): "An empty array lies nowhere.",
        ('raise WireError(f"an unknown tag', "10 -> 11"): "Only the words of a refusal.",
        ("dtype = np.dtype(str(text)", "40 -> 41"): _LONGER,
    },
    "process": {
        ("self._ahead.extend(zip(", "True -> False"): _AS_LONG,
        ("self.cpu_seconds += min(", "Gt -> GtE"): "Nothing is added of nothing.",
        ("if time.monotonic() - began > _LONG", "Gt -> GtE"): _NEVER_MET,
        ("if verdict is Verdict.EXITED and status >= 0", "GtE -> Gt"): "No end by that signal has a status of 0.",
        ("if verdict is Verdict.EXITED and status >= 0", "0 -> 1"): "No end by that signal has a status of 0.",
        ("if left <= 0", "LtE -> Lt"): _NEVER_MET,
        ("if not ready or time.monotonic() > self._next_look", "Gt -> GtE"): _NEVER_MET,
        ("got = self._connection.recv(", "20 -> 21"): "Only how much is fetched at once.",
        ("got = self._connection.recv(", "2 -> 3"): "Only how much is fetched at once.",
        ("if memory_of(processes", "Gt -> GtE"): _NEVER_MET,
        ("if used - self._used_before > ", "Gt -> GtE"): _NEVER_MET,
    },
    "session": {
        ("self._process.ask(self.request(code", "False -> True"): _RUN_AGAIN,
        ("if time.monotonic() >= self._end", "GtE -> Gt"): _NEVER_MET,
    },
    "family": {
        ('_TICKS = os.sysconf("SC_CLK_TCK")', "100 -> 101"): "For systems that have no processes to look at, either.",
        ("_BUSY, _LAST = 2, 19", "19 -> 20"): "The kernel takes it for 19, the last place there is.",
        ("return False", "returns None"): _AS_GOOD,
    },
    "work": {
        ("return finished(cell, Ran([], None), died, False", "False -> True"): _ENDED,
        ("return finished(cell, Ran([], None), lost, False", "False -> True"): _ENDED,
    },
    "claims": {
        ("(size - 1) * step for size", "True -> False"): _AS_LONG,
        ("steps = sum(", "True -> False"): _AS_LONG,
        ("view = torch.empty(0", "0 -> 1"): _REPLACED,
        ("whole = torch.empty(0", "0 -> 1"): _REPLACED,
        ("return False", "returns None"): _AS_GOOD,
    },
    "attachments": {
        ("if 0 < len(content)", "0 -> 1"): "A picture has more than a letter, and is looked at next.",
        ("if 0 < len(content)", "Lt -> LtE"): "What has no letter is no picture, and is looked at next.",
        ("return False", "returns None"): _AS_GOOD,
        ("return base64.b64decode(", "12 -> 13"): "No kind of picture begins with so many bytes.",
    },
    "writing": {
        ('kind = _text(output.get("output_type")', "100 -> 101"): _LONGER,
        ('name = "stderr" if _text(', "100 -> 101"): _LONGER,
        ("return False", "returns None"): _AS_GOOD,
    },
}
"""Module -> (how the line begins, what is done to it) -> why nobody could tell."""
