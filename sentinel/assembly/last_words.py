"""Last words of a start that failed: the operators hear that the store cannot be opened, straight over their channels.

There is no outbox without a store; what keeps a supervisor's restarts from becoming a flood is a mark beside the store,
or in the folder for temporary files.
"""

import asyncio
import os
import tempfile
import threading
from collections.abc import Iterable
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

import structlog

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import Clock
from sentinel.errors import StoreError
from sentinel.escalation.contact import Occasion
from sentinel.notify.base import Status
from sentinel.notify.channels import scheme_of
from sentinel.notify.installed import by_scheme
from sentinel.notify.notice import notice
from sentinel.store.holder import file_of

AGAIN = timedelta(hours=1)
PATIENCE = 15.0
"""Seconds for all of them together; then the process ends, told or not."""
log = structlog.get_logger(__name__)


async def tell_unopened(in_force: ActiveConfig, error: StoreError, clock: Clock) -> None:
    """Tell each operator over the first channel that takes it, once an hour however often the start fails."""
    url = in_force.config.store.url.get_secret_value()
    if not _marked(_places(url), clock):
        return
    people = in_force.operators(in_force.setup.rules.roster, clock.now())
    if not people:
        return
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    left = len(people)

    def ended() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done.set()

    def tell(person: str) -> None:
        try:
            _tell(in_force, person, str(error))
        finally:
            loop.call_soon_threadsafe(ended)

    for person in people:  # threads that end with the process: a provider that hangs holds nobody up
        threading.Thread(target=tell, args=(person,), daemon=True, name="last-words").start()
    waiting = asyncio.ensure_future(done.wait())
    deadline = asyncio.ensure_future(clock.sleep(PATIENCE))
    await asyncio.wait({waiting, deadline}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    deadline.cancel()


def _tell(in_force: ActiveConfig, person: str, why: str) -> None:
    notifiers = by_scheme()
    message = notice(in_force.briefing.language_of(person), "store_unopened", why=why)
    for url in in_force.route(person, Occasion.ALERT):
        notifier = notifiers.get(scheme_of(url)) or notifiers[""]
        outcome = notifier.send(url, message, timeout=PATIENCE / 2)
        log.info("store_unopened_told", contact=person, channel=scheme_of(url), outcome=outcome.status.value)
        if outcome.status is Status.ACCEPTED:
            return


def _places(url: str) -> Iterable[Path]:
    """Where it can be marked that they were told."""
    if (path := file_of(url)) is not None:
        yield path.with_name(path.name + ".told")
    name = blake2b(url.encode(), digest_size=8).hexdigest()
    yield Path(tempfile.gettempdir()) / f"sentinel-{os.getuid()}-{name}.told"


def _marked(places: Iterable[Path], clock: Clock) -> bool:
    """Whether it was some while ago, and could be marked now; what cannot be marked is not told, for it would be told
    without end.
    """
    now = clock.now().timestamp()
    for place in places:
        try:
            if now - AGAIN.total_seconds() < place.lstat().st_mtime <= now:
                return False
        except OSError:
            pass
        try:
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
            os.utime(place, (now, now))
        except OSError:
            continue
        return True
    return False
