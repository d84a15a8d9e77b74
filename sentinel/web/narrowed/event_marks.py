"""Marks in the log of events for those who have some brands: where to read on from, in a number that tells nobody how
many events others had in between.

A permutation of the running numbers under the house's secret (four rounds of a Feistel network, Luby & Rackoff 1988).
"""

import hmac

HALF = 26
"""Bits; two of them stay within what every reader of JSON keeps whole."""
MASK = (1 << HALF) - 1
ROUNDS = 4


def mark_of(number: int, secret: bytes) -> int:
    """The mark of an event's running number.

    Examples
    --------
    >>> [number_at(mark_of(number, b"secret"), b"secret") for number in (0, 1, 2, 2**52 - 1)]
    [0, 1, 2, 4503599627370495]
    >>> mark_of(2, b"secret") - mark_of(1, b"secret") == 1
    False
    """
    left, right = number >> HALF, number & MASK
    for turn in range(ROUNDS):
        left, right = right, left ^ _mixed(right, turn, secret)
    return left << HALF | right


def number_at(mark: int, secret: bytes) -> int:
    """The running number that a mark stands for; of a number that is none, any."""
    left, right = mark >> HALF & MASK, mark & MASK
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _mixed(left, turn, secret), left
    return left << HALF | right


def _mixed(half: int, turn: int, secret: bytes) -> int:
    return int.from_bytes(hmac.digest(secret, f"events\0{turn}\0{half}".encode(), "sha256")[:8]) & MASK
