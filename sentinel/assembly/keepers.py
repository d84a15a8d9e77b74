"""Keepers, put together: of accounts that people ignore, of calendars of events, of what a machine phrases."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.sources import user_agent
from sentinel.clock import Clock
from sentinel.daemon.assistant.assistant_keeper import AssistantKeeper
from sentinel.daemon.assistant.chat_client import ChatOutcome
from sentinel.daemon.author_ignore_keeper import AuthorIgnoreKeeper
from sentinel.daemon.calendar_keeper import CalendarKeeper
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.talk_reader import TalkReader
from sentinel.incidents.incident import Incident
from sentinel.metrics.metrics import Metrics
from sentinel.store.assistant_store import AssistantStore
from sentinel.store.author_ignores import AuthorIgnoreStore
from sentinel.store.calendars import CalendarStore
from sentinel.store.database import Database


def author_ignores_of(
    database: Database,
    loop: FoldLoop,
    clock: Clock,
    *,
    in_force: Callable[[], ActiveConfig],
    folded_at: Callable[[], datetime | None],
) -> AuthorIgnoreKeeper:
    """Those that people ignore while the daemon runs; ``folded_at``: they count from behind it on."""
    return AuthorIgnoreKeeper(
        AuthorIgnoreStore(database),
        loop.turn,
        clock,
        folded_at=folded_at,
        changed=loop.engine.ignore_authors,
        retention=in_force().config.store.retention,
        kept_as=lambda who: hidden.account(who) if (hidden := in_force().pseudonyms) is not None else who,
    )


def calendars_of(
    database: Database,
    loop: FoldLoop,
    clock: Clock,
    *,
    in_force: Callable[[], ActiveConfig],
    folded_at: Callable[[], datetime | None],
    looked: Callable[[str, str, int], None],
) -> CalendarKeeper:
    """Those of the configuration; ``folded_at``: a version counts from behind it on."""
    return CalendarKeeper(
        CalendarStore(database),
        loop.turn,
        clock,
        user_agent(in_force().config),
        calendars=lambda: in_force().config.calendars,
        zone=lambda: in_force().config.zone,
        folded_at=folded_at,
        changed=loop.engine.set_calendars,
        looked=looked,
        retention=in_force().config.store.retention,
    )


def assistant_of(
    database: Database,
    talk: TalkReader,
    metrics: Metrics,
    clock: Clock,
    *,
    in_force: Callable[[], ActiveConfig],
    incidents: Callable[[], Sequence[Incident]],
    changed: Callable[[], None],
) -> AssistantKeeper:
    """Has texts of incidents written where an address is configured that writes them."""
    metrics.assistant.declare(ChatOutcome)
    return AssistantKeeper(
        AssistantStore(database),
        talk,
        clock,
        settings=lambda: in_force().config.assistant,
        language=lambda: in_force().config.language.value,
        incidents=incidents,
        told=metrics.assistant.called,
        changed=changed,
    )
