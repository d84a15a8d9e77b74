"""The `log://` channel: a page that is read in Sentinel's own log. Needs nothing, so it is what a first start pages with."""

from typing import ClassVar

import structlog

from sentinel.notify.base import Message, Notifier, Outcome, Reason, Status


class LogNotifier(Notifier):
    """Writes title and body at warning level: here the log is the phone."""

    schemes: ClassVar[tuple[str, ...]] = ("log",)

    async def send(self, url: str, message: Message, *, timeout: float) -> Outcome:
        """Accepted once written."""
        structlog.get_logger().warning(
            "page", kind=message.kind.value, urgency=message.urgency.value, title=message.title, body=message.body, link=message.link
        )
        return Outcome(status=Status.ACCEPTED, reason=Reason.OK)
