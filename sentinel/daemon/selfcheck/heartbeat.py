"""The heartbeat: calls an address elsewhere as long as the auditor is content.

When it stops, the other side raises the alarm.
"""

from collections.abc import Callable

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from sentinel.clock import Clock
from sentinel.config.watch import HeartbeatSettings as Settings
from sentinel.http_session import PrivateNetwork, client_session

TIMEOUT = 10.0
"""Seconds that a call may take."""
BEATS_MISSED = 3
"""So many missing beats are worth an alarm, as the shipped rule has it."""
IDLE = 10.0
"""Seconds between looks whether a reload has brought an address."""
log = structlog.get_logger(__name__)


class Heartbeat:
    """Beats until cancelled.

    Parameters
    ----------
    settings
        Gives those in force.
    content
        Whether the auditor has nothing to complain of.
    told
        Called after each try: whether it arrived.
    """

    def __init__(
        self, settings: Callable[[], Settings], content: Callable[[], bool], told: Callable[[bool], None], clock: Clock
    ) -> None:
        self._settings = settings
        self._content = content
        self._told = told
        self._clock = clock
        self._said = ""
        self._began: float | None = None
        self._arrived = False

    @property
    def due(self) -> bool:
        """Whether it is this process that beats, and has for as long as one beat or its alarm takes."""
        if self._began is None:
            return False
        patience = BEATS_MISSED * self._settings().every.total_seconds()
        return self._arrived or self._clock.monotonic() - self._began > patience

    async def run(self) -> None:
        """Wait, then beat if all is well: what has just begun to start is not well yet."""
        self._began, self._arrived = self._clock.monotonic(), False
        try:
            async with client_session(timeout=ClientTimeout(total=TIMEOUT)) as session:
                while True:
                    await self._wait_and_beat(session)
        finally:
            self._began = None

    async def _wait_and_beat(self, session: ClientSession) -> None:
        settings = self._settings()
        await self._clock.sleep(settings.every.total_seconds() if settings.url else IDLE)
        url = self._settings().url  # a reload may have changed it meanwhile
        if url is None:
            return
        if self._content():
            await self._beat(session, url.get_secret_value())
        else:
            self._say("heartbeat_withheld", "the auditor complains; /-/healthy lists of what")

    async def _beat(self, session: ClientSession, url: str) -> None:
        try:
            async with session.get(url, allow_redirects=False) as answer:
                trouble = "" if answer.status < 300 else f"HTTP {answer.status}"
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            trouble = type(error).__name__  # its text may repeat the address, which is a secret
            if isinstance(getattr(error, "os_error", None), PrivateNetwork):
                trouble = "its name leads into a private network; set network.allow_private if it may"
        self._arrived |= not trouble
        self._told(not trouble)
        self._say("heartbeat_failed" if trouble else "heartbeat", trouble)

    def _say(self, event: str, detail: str) -> None:
        """Log once for each change: a heart that beats, or fails, every minute is no news."""
        if event != self._said:
            log.log(20 if event == "heartbeat" else 30, event, detail=detail)
        self._said = event
