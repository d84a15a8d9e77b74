"""Speaks systemd's notification protocol: one datagram to the socket named by ``NOTIFY_SOCKET``.

Does nothing elsewhere.
"""

import os
import socket
from datetime import timedelta

PATIENCE = timedelta(seconds=60)
"""How long systemd waits for the next word of a start, or of an end, that takes long."""


def tell(state: str) -> bool:
    """Send ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1`` or ``STATUS=...``; False when nobody is listening.

    The protocol: ``sd_notify(3)``. An abstract socket's name begins with ``@``.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.setblocking(False)  # a listener that does not listen must not hold us up
        try:
            sock.connect("\0" + address[1:] if address.startswith("@") else address)
            sock.sendall(state.encode())
        except OSError:
            return False
    return True


def tell_starting(status: str) -> bool:
    """We are not ready yet, but get on: wait `PATIENCE` more from now, ``sd_notify(3)``."""
    return tell(f"STATUS={status}\nEXTEND_TIMEOUT_USEC={PATIENCE // timedelta(microseconds=1)}")


def watchdog_interval() -> timedelta | None:
    """How often systemd wants to hear from us (half of what it allows), or ``None`` when it does not."""
    micros = os.environ.get("WATCHDOG_USEC", "")
    return timedelta(microseconds=int(micros) / 2) if micros.isdigit() and int(micros) > 0 else None
