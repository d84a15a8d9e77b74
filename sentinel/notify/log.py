"""``log://``: the page is written to Sentinel's own log.

What a configuration without contacts gets, and a last resort that cannot fail.
"""

import structlog

from sentinel.notify.base import Message, Notifier, SendOutcome, SendReason, Status

log = structlog.get_logger(__name__)


class LogNotifier(Notifier):
    """Writes pages to Sentinel's own log, at warning level: this text is meant to be read by a person."""

    schemes = ("log",)
    example = "log://"

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        """Accepted once written."""
        log.warning("page", kind=message.kind.value, title=message.title, body=message.body, link=message.link)
        return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
