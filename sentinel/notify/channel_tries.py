"""Tries of one message over one channel, as its row in the outbox remembers them."""

from datetime import datetime

import msgspec


class ChannelTries(msgspec.Struct, frozen=True, kw_only=True):
    """Sends of one message over one of the contact's channels.

    Parameters
    ----------
    channel
        Its number among the contact's channels.
    tries
        How many sends there were.
    unknown
        How many of them may have arrived.
    refused
        The provider will not take it, however often it is asked.
    again_at
        Before this instant it is not asked again.
    """

    channel: int
    tries: int = 0
    unknown: int = 0
    refused: bool = False
    again_at: datetime
