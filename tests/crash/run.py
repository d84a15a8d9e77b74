"""One run of a story: lives of the daemon one after the other, each killed where it was told to, until the story has
been told.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import yaml

from sentinel.mention import encode_mention
from sentinel.store.secret_store import secrets_path
from tests.crash.life import Orders
from tests.crash.store import Kept, climbed, kept, unsettled
from tests.crash.stories import CALM, LADDER, PACE, Act, CrashStory, burst, calm_days, settings
from tests.crash.town import Guest, Town
from tests.fakes import START
from tests.forks.patience import HUNG
from tests.forks.pulse import Pulse

PATIENCE = 60.0
"""Seconds that a run's daemon may live without what is waited for; a machine under load is slow, not wrong."""
LOOK = 0.05
"""Seconds between looks into the store."""
_ASKED = {"ack": "acknowledged", "snooze": "snoozed"}


class Stuck(Exception):
    """What had to happen did not."""


@dataclass
class Run:
    """Plays a story with these kills: boundaries of the first life, the second, and so on."""

    town: Town
    http: aiohttp.ClientSession
    story: CrashStory
    folder: Path
    kills: Sequence[int] = ()
    template: Path | None = None
    kill_first: str = ""
    lives: int = 0
    crashes: int = 0
    answered_at: float | None = None
    at_crash: list[Kept] = field(default_factory=list)
    promised: set[tuple[str, str]] = field(default_factory=set)
    _url: str = ""
    _pid: int = 0
    _stopping: bool = False
    _over: bool = False
    _broken: str = ""
    _heard: int = 0
    _told_to_stop: int = 0
    _thresholds: Any = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.name = self.folder.name
        self.guest = Guest(name=self.name, modes={who: list(modes) for who, modes in self.story.modes.items()})
        self.town.guests[self.name] = self.guest
        self.pulse = Pulse(self.folder / "pulse")
        if self.template is None:
            self.pulse.absent(-600 / PACE)  # calm days end where stories begin

    @property
    def database(self) -> Path:
        return self.folder / "s.db"

    async def play(self) -> Kept:
        """Tell the story to its end; gives what is in the store then."""
        if self.template is not None:
            shutil.copyfile(self.template, self.database)
            shutil.copy(secrets_path(self.template), secrets_path(self.database))
        self._write_settings()
        self._began = self.pulse.lived
        self._bear()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._attend(), name=f"{self.name} attends")
                await self._tell()
                self._stopping = True
                await self._stop()
        finally:
            self.town.end(self.name)
            del self.town.guests[self.name]
        return kept(self.database)

    async def make_template(self) -> Path:
        """Live through calm days, stop in order; gives the store that stories begin with."""
        await self.play()
        made = self.folder / "template.db"
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(made)) as copy:
            source.backup(copy)
        shutil.copy(secrets_path(self.database), secrets_path(made))
        return made

    # -- lives
    # --------------------------------------------------------------------------------------------------------------

    def _bear(self) -> None:
        kill_at = self.kills[self.lives] if self.lives < len(self.kills) else 0
        self.lives += 1
        self._url, self._pid = "", 0
        if self.lives > 1:
            self.pulse.absent(Random(f"{self.name} {self.lives}").uniform(*self.story.absent) / PACE)
        orders = Orders(
            run=self.name,
            life=self.lives,
            config=str(self.folder / "sentinel.yaml"),
            pulse=str(self.folder / "pulse"),
            pace=PACE,
            kill_at=kill_at,
            kill_first=self.kill_first if self.lives == 1 else "",
        )
        self.town.start(orders, self.folder / "log.jsonl")

    async def _stop(self) -> None:
        """SIGTERM, once a life; it may be killed while it drains."""
        while not self._over:
            await self._until(
                lambda: self._over or self._pid not in (0, self._told_to_stop), "the last life can be told to stop"
            )
            if self.template is not None and not self._over:
                await self._over_and_quiet()
            if not self._over and self._pid:
                self._told_to_stop = self._pid
                with suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGTERM)

    async def _attend(self) -> None:
        while not (self._over or self._broken):
            await self._until(lambda: len(self.guest.told) > self._heard, "a life says something")
            for told in self.guest.told[self._heard :]:
                self._heard += 1
                if told["what"] == "ready":
                    self._url, self._pid = told["url"], told["pid"]
                elif told["what"] == "ended":
                    self._ended(told["status"])
            self.guest.stir()

    def _ended(self, status: int) -> None:
        last = next((told for told in reversed(self.guest.told) if "boundary" in told), None)
        if status == -signal.SIGKILL and last is not None and last["fatal"]:
            self.crashes += 1
            self.at_crash.append(kept(self.database))
            self._bear()
        elif self._stopping and status == 0:
            self._over = True
        else:
            log = (self.folder / "log.jsonl").read_text(errors="replace")
            self._broken = f"life {self.lives} ended by itself with {status}; its log ends:\n{log[-3000:]}"

    # -- the script
    # ---------------------------------------------------------------------------------------------------------

    async def _tell(self) -> None:
        now = START + timedelta(seconds=self.pulse.lived * PACE)
        said = burst if self.template else calm_days
        mentions = [mention for n in range(self.story.brands) for mention in said(n, now)]
        await self._ask("/api/v1/mentions", b"\n".join(encode_mention(each) for each in mentions), (202,))
        self.promised = {mention.key for mention in mentions}
        if self.template is None:
            return
        for act in self.story.acts:
            await self._act(act)
        await self._over_and_quiet()

    async def _over_and_quiet(self) -> None:
        """The last page of the story was taken, nothing waits, and nothing more comes."""
        await self._until(
            lambda: climbed(self.database, beyond=len(LADDER)) >= self.story.climbed, "the story comes to its end"
        )
        quiet = self.pulse.lived + self.story.quiet
        await self._until(lambda: self.pulse.lived >= quiet, "it stays quiet")
        await self._until(lambda: not unsettled(self.database), "nothing waits")

    async def _act(self, act: Act) -> None:
        if act.after is not None:
            await self._paged(act.after)
        if act.when is not None:
            await self._until(
                lambda: {one.state.value for one in kept(self.database).incidents} == {act.when},
                f"every incident is {act.when}",
            )
        self.pulse.set_clock(act.clock)
        if act.thresholds is not None:
            self._thresholds = dict(act.thresholds)
            self._write_settings()
            await self._ask("/-/reload", b"", (200, 204))
            self.answered_at = time.monotonic()
        elif act.ask:
            await self._demand(act)

    async def _demand(self, act: Act) -> None:
        for incident in kept(self.database).incidents:
            await self._ask(
                f"/api/v1/incidents/{incident.id}/{act.ask}", json.dumps(act.body).encode(), (200, 409), act.ask
            )
        self.answered_at = time.monotonic()

    async def _paged(self, contact: str) -> None:
        def arrived() -> bool:
            return any(each.seen and each.contact.removesuffix("2") == contact for each in self.guest.arrivals)

        await self._until(arrived, f"{contact} is paged")

    async def _ask(self, path: str, body: bytes, wanted: tuple[int, ...], action: str = "") -> None:
        """Post until there is an answer, as a phone or a source does; what a crash cut off after its commit is not
        asked twice.
        """
        tried = False
        while True:
            await self._until(lambda: bool(self._url), "the daemon is ready")
            if (
                tried
                and action
                and any(
                    line.what == _ASKED[action] for lines in kept(self.database).timeline.values() for line in lines
                )
            ):
                return
            tried, url = True, self._url
            try:
                async with self.http.post(
                    url + path, data=body, headers={"Content-Type": "application/json"}
                ) as answer:
                    text = await answer.text()
            except (aiohttp.ClientError, TimeoutError):
                await self._until(lambda cut=url: self._url != cut, "a daemon that cut the line ends")
                continue
            if answer.status not in wanted:
                raise Stuck(f"{path} was answered with {answer.status}: {text[:300]}")
            return

    async def _until(self, what: Callable[[], bool], why: str) -> None:
        """Wait as long as the daemon lives on and might still do it."""
        lived, beaten = self.pulse.lived, time.monotonic()
        since = lived
        while not what():
            await self.guest.stirred(LOOK)
            if self.pulse.lived != lived:
                lived, beaten = self.pulse.lived, time.monotonic()
            if time.monotonic() - beaten > HUNG:
                self._broken = self._broken or f"no heartbeat for {HUNG:.0f} s while waiting: {why}"
            if lived - since > PATIENCE or self._broken:
                raise Stuck(self._broken or f"never happened: {why}")

    def _write_settings(self) -> None:
        shape = settings(self.story, run=self.name, port=self.town.port, database=str(self.database))
        if self._thresholds:
            shape["scoring"]["thresholds"] = self._thresholds
        elif self.template is None:
            shape["scoring"]["thresholds"] = dict(CALM)
        beside = self.folder / "next.yaml"
        beside.write_text(yaml.safe_dump(shape), encoding="utf-8")
        beside.replace(self.folder / "sentinel.yaml")
