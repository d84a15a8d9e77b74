"""Makes the file that goes with a report's message: from what is stored as it leaves, off the event loop, and within a
bound.
"""

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from sentinel.clock import Clock
from sentinel.daemon.stored_reports import StoredReports
from sentinel.errors import SentinelError
from sentinel.notify.enclosure import Attachment, Enclosed
from sentinel.notify.pools import Crashed, Pool
from sentinel.reports.period import Every, read_period
from sentinel.reports.periodic_sheet import periodic_sheet
from sentinel.reports.sheet import Sheet
from sentinel.store.health import StoreFailing

PATIENCE = 5.0
"""Seconds a message waits until its turn has come and everything is read for its file, and again until it is made."""
LARGEST = 5_000_000
"""Bytes: a mail is a third longer than its file, and many a server takes ten million and no more."""
FRESH, KEPT = timedelta(minutes=1), 4
"""For how long, and how many: the people of one plan get the same file, one after the other."""
log = structlog.get_logger(__name__)
Bind = Callable[[str, str, Sequence[Sheet]], str]
"""A title, a language and whole reports to one page that stands alone."""


class TooLarge(SentinelError):
    """More than a mail server would take."""


class ReportFiles:
    """Implements `Enclosures` over the desk.

    Parameters
    ----------
    bind
        Called in a thread.
    patience
        Seconds.
    """

    def __init__(self, desk: StoredReports, bind: Bind, clock: Clock, *, patience: float = PATIENCE) -> None:
        self._desk = desk
        self._bind = bind
        self._clock = clock
        self._patience = patience
        self._pool = Pool(1)
        self._made: dict[tuple[Enclosed, str], tuple[datetime, Attachment]] = {}

    async def of(self, enclosed: Enclosed, language: str) -> Attachment | None:
        """All the reports in one file; ``None`` when it could not be made in time, and the log says why."""
        try:
            return await self._file(enclosed, language)
        except TimeoutError:
            reason = "slow"
        except StoreFailing as failing:
            reason = f"store: {failing.trouble.value}"
        except (Crashed, TooLarge) as error:
            reason = str(error)
        log.warning("report_not_attached", period=enclosed.period, brands=len(enclosed.brands), reason=reason)
        return None

    async def _file(self, enclosed: Enclosed, language: str) -> Attachment:
        until = asyncio.get_running_loop().time() + self._patience
        async with asyncio.timeout_at(until):
            await self._pool.slots.acquire()
        try:
            known = self._made.get((enclosed, language))
            if known is not None and self._clock.now() - known[0] <= FRESH:
                return known[1]
            return self._kept(enclosed, language, await self._make(enclosed, language, until))
        finally:
            self._pool.slots.release()

    async def _make(self, enclosed: Enclosed, language: str, until: float) -> Attachment:
        period, voice = read_period(Every(enclosed.every), enclosed.period), self._desk.voice(language)
        async with asyncio.timeout_at(until):
            tell = await self._desk.gathered(enclosed.brands, period, self._desk.beside(enclosed.brands))

        def make() -> Attachment:
            sheets = [periodic_sheet(report, voice) for report in tell()]
            many = len(sheets) > 1
            title = voice.say("attached.title", period=voice.period(period)) if many else sheets[0].title
            name = voice.say("attached.name", period=period.label) if many else sheets[0].name
            return Attachment(
                name=f"{plain(name)}.html",
                type="text/html",
                body=self._bind(title, language, sheets).encode(),
                said=voice.say("attached.said_many" if many else "attached.said_one"),
            )

        file = await self._pool.call(make, self._patience)
        if len(file.body) > LARGEST:
            raise TooLarge(f"{len(file.body)} bytes, more than {LARGEST}")
        return file

    def _kept(self, enclosed: Enclosed, language: str, file: Attachment) -> Attachment:
        self._made.pop((enclosed, language), None)
        self._made[enclosed, language] = (self._clock.now(), file)
        while len(self._made) > KEPT:
            del self._made[next(iter(self._made))]
        return file


def plain(name: str) -> str:
    """A file's name in ASCII: Apprise writes others into mails so that no reader sees a file there.

    Examples
    --------
    >>> plain("ñandú-café-2026-W11"), plain("日本-2026-W11")
    ('nandu-cafe-2026-W11', '2026-W11')
    """
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip("-")
