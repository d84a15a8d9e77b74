"""Reload: takes in the file anew, all of it or nothing, and says what whoever changed it should know."""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.collector import pass_over_more
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.reload_warnings import OpenIncident, left_behind, on_call_now, pager_moves
from sentinel.errors import ConfigError
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing
from sentinel.store.renamed_brand import rename_brands

log = structlog.get_logger(__name__)


class Reload:
    """Done while the daemon runs.

    Parameters
    ----------
    declare
        Tells the metrics what the configuration in force has.
    """

    def __init__(self, parts: DaemonParts, declare: Callable[[], None]) -> None:
        self._parts = parts
        self._in_force = parts.in_force
        self._declare = declare

    async def run(self) -> tuple[str, ...]:
        """Gives the warnings.

        Raises
        ------
        ConfigError
            With every mistake; the old configuration stays in force.
        """
        newer = await self._read()
        if restart := self._in_force.now().changed_sections(newer):
            log.warning("restart_needed", sections=restart)
        warnings = await self._swap(newer)
        self._in_force.was_taken()
        await self._let_others()
        self._declare()
        await self._let_others()
        pass_over_more()
        self._parts.metrics.reloaded(True)
        for warning in warnings:
            log.warning("reload_warning", warning=warning)
        log.info("reloaded", brands=len(newer.config.brands), warnings=len(warnings))
        return warnings

    async def _let_others(self) -> None:
        """Of ten thousand brands each piece takes a tenth of a second. What comes in between wakes somebody in one
        round of the event loop, who goes on in the next.
        """
        for _ in range(2):
            await self._parts.clock.sleep(0)

    async def _read(self) -> ActiveConfig:
        """In a thread: a file of ten thousand brands takes seconds."""
        try:
            return await asyncio.to_thread(self._in_force.read)
        except ConfigError as error:
            self._parts.metrics.reloaded(False)
            self._in_force.was_refused(error.problems)
            log.error("reload_refused", problems=error.problems)
            raise

    async def _swap(self, newer: ActiveConfig) -> tuple[str, ...]:
        """Put ``newer`` in force, its brands' new names first."""
        parts, at = self._parts, self._parts.clock.now()
        on_call = on_call_now(parts.engine.rules.roster, at)
        await parts.loop.reconfigure(newer.setup, lambda: rename_stored(parts.database, newer.setup.renamed))
        if newer.setup.renamed:
            parts.board.rename(newer.setup.renamed)
            await parts.silences.start()
        self._in_force.replace(newer)
        await self._let_others()
        return (
            *pager_moves(on_call, on_call_now(parts.engine.rules.roster, at)),
            *left_behind(map(OpenIncident.of, parts.engine.live_incidents()), newer.config),
        )


async def rename_stored(database: Database, renamed: Mapping[str, str]) -> None:
    """Brands have their new names in every table, before anything is decided under them."""
    try:
        await rename_brands(database, renamed)
    except StoreFailing:
        log.warning("brands_not_renamed", reason="the store takes no writes; it is done at the next start")
