"""A notebook to grade, and what came of it <-> messages between an engine and a judge, which trust each other.

A message is JSON, followed by the contents that it names, as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

__all__ = ["receive_message", "send_message"]

_MOST = 256 * 2**20


def send_message(
    connection: Connection, message: Mapping[str, Any], contents: Mapping[str, bytes] | None = None
) -> None:
    """Send one message; OSError when the other side is gone."""
    contents = contents or {}
    connection.send_bytes(json.dumps([message, list(contents)]).encode())
    for content in contents.values():
        connection.send_bytes(content)


def receive_message(connection: Connection) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The next message and its contents by name; EOFError or OSError when the other side is gone."""
    message, names = json.loads(connection.recv_bytes(_MOST))
    return message, {name: connection.recv_bytes(_MOST) for name in names}
