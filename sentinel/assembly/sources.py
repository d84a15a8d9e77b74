"""Every source of the configuration with its runner: what the daemon listens to, as one noun."""

from collections.abc import Callable, Collection, Coroutine, Iterator

from sentinel import __version__
from sentinel.clock import Clock
from sentinel.config.schema import Config
from sentinel.daemon.loop import FoldLoop
from sentinel.engine.board import SourceCard
from sentinel.mention import Mention
from sentinel.metrics.metrics import Metrics
from sentinel.registry import discover
from sentinel.silent_part import part_of
from sentinel.sources.base import Source
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
    brands
        What each brand is looked for by, as the configuration in force has it.
    """

    def __init__(
        self,
        config: Config,
        journal: Journal,
        loop: FoldLoop,
        metrics: Metrics,
        clock: Clock,
        *,
        wants: Callable[[Mention], bool],
        pressed: Callable[[], bool],
        brands: Callable[[], tuple[BrandTerms, ...]],
    ) -> None:
        plugins = discover("sentinel.sources", Source)
        agent = user_agent(config)
        self._runners: list[Runner] = []
        for name, settings in config.sources.items():
            if settings.enabled:
                source = plugins[settings.type](name, settings, clock, user_agent=agent, brands=brands)
                self._runners.append(Runner(source, journal, clock, metrics, wants, pressed, loop.source_changed))

    @property
    def watched(self) -> frozenset[str]:
        """Sources that may not be silent for ever."""
        return frozenset(runner.source.name for runner in self._runners if runner.allowed is not None)

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

    def jobs(self) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        """What runs, by name."""
        for runner in self._runners:
            yield f"source-{runner.source.name}", runner.run()
            yield f"silence-{runner.source.name}", runner.patrol()
