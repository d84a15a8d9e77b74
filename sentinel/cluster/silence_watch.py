"""Silence watch: one process of the cluster tells people that a source is silent, and that it is heard again.

It decides by what all processes show of the sources, so that a source which nobody listens to is told of as well.
"""

from collections.abc import Awaitable, Callable, Collection

from sentinel.clock import Clock
from sentinel.cluster.mirror_loop import MirrorLoop
from sentinel.cluster.shared_sources import SharedSources
from sentinel.daemon.stale_sources import StaleSources
from sentinel.silent_part import called, part_of
from sentinel.store.health import StoreFailing

EVERY = 2.0


class SilenceWatch:
    """Runs in whoever has that duty.

    Parameters
    ----------
    watched
        Sources that may not be silent for ever.
    kept
        Gives what the store keeps of whom was told what.
    """

    def __init__(
        self,
        loop: MirrorLoop,
        blindness: StaleSources,
        sources: SharedSources,
        watched: Callable[[], Collection[str]],
        kept: Callable[[], Awaitable[str | None]],
        clock: Clock,
    ) -> None:
        self._loop = loop
        self._blindness = blindness
        self._sources = sources
        self._watched = watched
        self._kept = kept
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        await self.take_up()
        while True:
            try:
                await self.look()
                await self._loop.remind()
            except StoreFailing:
                pass  # said where it was noticed
            await self._clock.sleep(EVERY)

    async def take_up(self) -> None:
        """Go on where whoever had the duty before stopped."""
        self._blindness.load(await self._kept(), self._watched())
        await self._loop.know_silent(self._blindness.sources)

    async def look(self) -> None:
        """Tell what changed."""
        watched = self._watched()
        for card in self._sources.cards():
            if card.name not in watched:
                continue
            silent = [called(card.name)] if card.stale else []
            silent += [called(card.name, card.silent_part)] if card.silent_part else []
            told = [each for each in self._blindness.sources if part_of(card.name, each) is not None]
            for each in told:
                if each not in silent:
                    await self._loop.source_changed(card.name, True, part_of(card.name, each) or "")
            for each in silent:
                if each not in told:
                    await self._loop.source_changed(card.name, False, part_of(card.name, each) or "")
