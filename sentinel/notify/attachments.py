"""Attachments of a message: the picture and the file that go along where a channel takes them, and never in its way."""

import structlog

from sentinel.notify.base import Feature, MessageKind, Notifier
from sentinel.notify.channels import scheme_of
from sentinel.notify.chart import Charts
from sentinel.notify.enclosure import Attachment, Enclosures
from sentinel.notify.plan import Send

log = structlog.get_logger(__name__)


class Attachments:
    """Made just before a send.

    Parameters
    ----------
    charts, enclosures
        Who draws and who makes files; ``None`` where nobody does.
    max_attempts
        Tries on one channel before the next.
    """

    def __init__(self, charts: Charts | None, enclosures: Enclosures | None, max_attempts: int) -> None:
        self._charts = charts
        self._enclosures = enclosures
        self._max_attempts = max_attempts

    async def chart(self, send: Send, notifier: Notifier, url: str) -> bytes | None:
        """For a page that goes alone, on the first try of a channel: should the picture be what it chokes on, the next
        try goes without.
        """
        row = send.rows[0]
        wanted = (
            row.message.kind is MessageKind.PAGE
            and row.attempts == 0
            and row.incident is not None
            and len(send.rows) == 1
        )
        if self._charts is None or not wanted:
            return None
        try:
            takes = Feature.CHART in notifier.features(url)
            return await self._charts.of(row.incident or "", row.message.language) if takes else None
        except (
            Exception
        ) as error:  # a plugin of somebody else's may raise anything, and a page matters more than its picture
            log.warning("page_without_chart", channel=scheme_of(url), reason=type(error).__name__)
            return None

    async def file(self, send: Send, notifier: Notifier, url: str) -> Attachment | None:
        """For a message that goes alone and names one, on each try of a channel but its last of several: should the
        file be what it chokes on, the words get through.
        """
        row = send.rows[0]
        last = row.attempts > 0 and row.attempts + 1 >= self._max_attempts
        if self._enclosures is None or row.message.encloses is None or len(send.rows) > 1 or last:
            return None
        try:
            takes = Feature.FILE in notifier.features(url)
            return await self._enclosures.of(row.message.encloses, row.message.language) if takes else None
        except Exception as error:  # as with a chart: the words matter more
            log.warning("sent_without_file", channel=scheme_of(url), reason=type(error).__name__)
            return None
