"""The daemon by a wall clock that a file sets, whose every send says of which row it is, and which notes each last look
at an incident before a send: what the random faults (`faults.py`) are judged by.
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from sentinel.notify import dispatcher
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Delivery, Message, SendOutcome
from sentinel.store.failover import FailoverStore
from tests.crash import set_clock

LOOKS = "looks.jsonl"
HEADER = "Delivery"
_keys: dict[str, str] = {}
"""Of a message that goes out, by its first row's key: those of all its rows."""


def live(told: msgspec.Raw, out: int) -> None:
    """Run the command to its end."""
    _note_looks()
    _label_sends()
    set_clock.live(told, out)


def looks(folder: Path) -> list[tuple[str, float]]:
    """Each key that was looked at, and when the look began, in order; the last line of a life may be cut."""
    path = folder / LOOKS
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [(told["key"], told["at"]) for told in map(json.loads, lines)]


def _note_looks() -> None:
    is_current = FailoverStore.is_current

    async def noted(self: FailoverStore, delivery: Delivery) -> bool:
        line = json.dumps({"key": delivery.key, "at": time.monotonic()})
        with (Path(sys.argv[3]).parent / LOOKS).open("ab", buffering=0) as file:
            file.write(line.encode() + b"\n")
        return await is_current(self, delivery)

    FailoverStore.is_current = noted  # type: ignore[method-assign]


def _label_sends() -> None:
    as_sent, send = dispatcher.as_sent, AppriseNotifier.send

    def known(rows: Sequence[Delivery], now: datetime, **more: Any) -> Message:
        message = as_sent(rows, now, **more)
        _keys[rows[0].key] = ",".join(row.key for row in rows)
        return message

    def labelled(self: AppriseNotifier, url: str, message: Message, *, timeout: float) -> SendOutcome:
        return send(self, f"{url}?+{HEADER}={_keys.get(message.key, message.key)}", message, timeout=timeout)

    dispatcher.as_sent = known
    AppriseNotifier.send = labelled  # type: ignore[method-assign]
