"""The text of a student's ``timestamp.txt`` -> when the work was handed in, in UTC, or None.

nbgrader hands the text to a parser that takes nearly anything for a date, and a name of a time zone for a file to
open. Here a date has one form: that which nbgrader itself writes, or ISO 8601.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["MOST_BYTES", "handed_in_at"]

MOST_BYTES = 200
_FORM = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2}|[A-Za-z][A-Za-z0-9_+-]{0,20}(?:/[A-Za-z0-9_+-]{1,20}){0,2})?)?"
)
_EARLIEST, _LATEST = datetime(1990, 1, 1), datetime(2200, 1, 1)


def handed_in_at(text: str) -> datetime | None:
    """The moment that a text names, in UTC and without a zone, as nbgrader keeps it."""
    form = _FORM.fullmatch(text.strip()) if len(text) <= MOST_BYTES else None
    if form is None:
        return None
    day, time, zone = form.groups()
    if time is not None and "." in time:
        whole, _, part = time.partition(".")
        time = f"{whole}.{part:0<6}"
    try:
        local = datetime.fromisoformat(f"{day}T{time or '00:00'}")
        moment = _in_utc(local, zone or "UTC")
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and _EARLIEST <= moment <= _LATEST else None


def _in_utc(local: datetime, zone: str) -> datetime | None:
    if zone in ("Z", "UTC", "GMT"):
        return local
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        away = timedelta(hours=hours, minutes=minutes)
        return (local - away if zone[0] == "+" else local + away) if hours < 15 and minutes < 60 else None
    if zone not in _zones():  # so that only a name from the system's own list becomes a path
        return None
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
