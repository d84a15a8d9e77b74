"""Every source of the configuration with its runner: what the daemon listens to, as one noun."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import timedelta

from sentinel import __version__
from sentinel.assembly.jobs import Job, NamedJob
from sentinel.clock import Clock
from sentinel.config.schema import Config
from sentinel.engine.board import SourceCard
from sentinel.mention import Mention
from sentinel.metrics.metrics import Metrics
from sentinel.registry import discover
from sentinel.silent_part import part_of
from sentinel.sources.base import Source
from sentinel.sources.http import HttpSource
from sentinel.sources.posted import Posted, PostedSource, Told
from sentinel.sources.runner import Runner
from sentinel.sources.topics import BrandTerms
from sentinel.store.journal import Journal


def user_agent(config: Config) -> str:
    """How Sentinel introduces itself to networks."""
    return f"Sentinel/{__version__} (+{config.web.external_url or 'self-hosted brand monitoring'})"


class SourceRunners:
    """The sources that are enabled.

    Parameters
    ----------
    wants, pressed
        Whether a mention is about any brand; whether too much is queued.
    on_freshness
        Told when a source, or a part of it, goes silent (False) or comes back (True).
    brands
        What each brand is looked for by, as the configuration in force has it.
    """

    def __init__(
        self,
        config: Config,
        journal: Journal,
        metrics: Metrics,
        clock: Clock,
        *,
        wants: Callable[[Mention], bool],
        pressed: Callable[[], bool],
        brands: Callable[[], tuple[BrandTerms, ...]],
        on_freshness: Callable[[str, bool, str], Awaitable[None]],
    ) -> None:
        plugins = discover("sentinel.sources", Source)
        agent = user_agent(config)
        self._runners: list[Runner] = []
        for name, settings in config.sources.items():
            if settings.enabled:
                source = plugins[settings.type](name, settings, clock, user_agent=agent, brands=brands)
                self._runners.append(Runner(source, journal, clock, metrics, wants, pressed, on_freshness))

    @property
    def watched(self) -> frozenset[str]:
        """Sources that may not be silent for ever."""
        return frozenset(self.allowed)

    @property
    def allowed(self) -> dict[str, timedelta]:
        """How long each of these may be silent."""
        return {each.source.name: each.allowed for each in self._runners if each.allowed is not None}

    @property
    def posted(self) -> frozenset[str]:
        """Sources that are posted to."""
        return frozenset(each.source.name for each in self._runners if _is_posted(each))

    @property
    def asked(self) -> tuple[str, ...]:
        """Sources that are listened to: two who do would hear everything twice."""
        return tuple(each.source.name for each in self._runners if not _is_posted(each))

    @property
    def silent(self) -> tuple[str, ...]:
        """Sources that are silent now."""
        return tuple(runner.source.name for runner in self._runners if runner.state.stale)

    def were_silent(self, sources: Collection[str]) -> None:
        """At a start: these, sources or parts of them, were silent when the last run ended."""
        for runner in self._runners:
            for name in sources:
                if (part := part_of(runner.source.name, name)) is not None:
                    runner.was_silent(part)

    async def begin_anew(self, name: str, part: str | None = None) -> bool:
        """Make a source forget what it learned of its far side, or of one part of it; False when none of that name
        runs.
        """
        for runner in self._runners:
            if runner.source.name == name:
                await runner.begin_anew(part)
                return True
        return False

    async def ingest(self, name: str, posted: Posted) -> Told | None:
        """Hand a post to the source it is for; ``None`` when none of that name is posted to."""
        for runner in self._runners:
            if runner.source.name == name and isinstance(runner.source, PostedSource):
                return await runner.source.receive(posted, runner)
        return None

    def told_of_posts(self) -> dict[str, Callable[[int], None]]:
        """The http sources by name, and whom to tell of new mentions posted to them."""
        return {runner.source.name: runner.heard for runner in self._runners if runner.source.settings.type == "http"}

    def cards(self) -> list[SourceCard]:
        """Each source as the board shows it."""
        return [
            SourceCard(
                name=runner.source.name,
                type=runner.source.settings.type,
                stale=runner.state.stale,
                silent_part=runner.state.silent_part,
                last_success=runner.state.last_success,
                last_event=runner.state.last_event,
                failures=runner.state.failures,
                detail=runner.state.detail,
                asks=runner.source.asks(),
                budget=runner.source.budget(),
            )
            for runner in self._runners
        ]

    def jobs(self) -> Iterator[NamedJob]:
        """What runs, by name, where one process listens to all."""
        for runner in self._runners:
            yield f"source-{runner.source.name}", runner.run
            yield f"silence-{runner.source.name}", runner.patrol

    def shared_jobs(self, silent: Callable[[], Collection[str]]) -> Iterator[tuple[str, Job]]:
        """By source, what runs while this process listens to it; ``silent``: what people were told of as silent."""
        for runner in self._runners:
            yield runner.source.name, _Listening(runner, silent).run


class _Listening:
    """One source, taken over from whoever listened before."""

    def __init__(self, runner: Runner, silent: Callable[[], Collection[str]]) -> None:
        self._runner = runner
        self._silent = silent

    async def run(self) -> None:
        name = self._runner.source.name
        parts = [part_of(name, each) for each in self._silent()]
        self._runner.taken_over([part for part in parts if part is not None])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._runner.run(), name=f"source-{name}")
            tasks.create_task(self._runner.patrol(), name=f"silence-{name}")


def _is_posted(runner: Runner) -> bool:
    return isinstance(runner.source, PostedSource | HttpSource)


async def shown_to_all(source: str, fresh: bool, part: str) -> None:
    """For a source in a cluster: how it is stands where every process looks, and one of them tells people."""
