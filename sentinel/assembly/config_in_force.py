"""Configuration in force: read at the start, replaced by a reload, asked anew by every part each time it is needed."""

from collections.abc import Mapping
from pathlib import Path

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.build import reach
from sentinel.assembly.collector import uncollected
from sentinel.clock import Clock
from sentinel.config.config_file import ConfigFile
from sentinel.config.loader import Examined
from sentinel.config.schema import Config
from sentinel.escalation.contact import Contact, Occasion
from sentinel.incidents.links import ActionLinks
from sentinel.web.server import Bound


class ConfigInForce:
    """Implements the dispatcher's `Directory`.

    Parameters
    ----------
    examined
        What the file says, where it was read just now.

    Raises
    ------
    ConfigError
        With every mistake in the file.
    """

    def __init__(self, path: Path, clock: Clock, examined: Examined | None = None) -> None:
        self._path = path
        self._clock = clock
        self.links: ActionLinks | None = None
        """Once the store that keeps their secret is open."""
        self.authors_key: bytes | None = None
        """Under which pseudonyms are made; likewise."""
        self.bound: Bound | None = None
        """Where the HTTP side listens, once it does."""
        with uncollected():
            self._now = self._started = self._reached(ActiveConfig.read(path, self._base_url_of, examined=examined))
        self.reading = ConfigFile(path=str(path), read_at=clock.now(), hidden=self._now.hidden)
        """What became of reading the file."""

    def read(self) -> ActiveConfig:
        """The file as it is now, not in force yet."""
        with uncollected():
            return self._reached(ActiveConfig.read(self._path, self._base_url_of, self.links, self.authors_key))

    @staticmethod
    def _reached(read: ActiveConfig) -> ActiveConfig:
        reach(read.config)
        return read

    def reword(self) -> None:
        """During a start: there are links by now, or an address. The file is not read again: a start is by one file."""
        self._now = self._started = self._now.worded(self.base_url, self.links, self.authors_key)

    def replace(self, newer: ActiveConfig) -> None:
        """From now on ``newer`` is in force."""
        self._now = newer

    def was_taken(self) -> None:
        """A reload has come to its end."""
        waiting = self._started.changed_sections(self._now)
        self.reading = ConfigFile(
            path=str(self._path), read_at=self._clock.now(), hidden=self._now.hidden, restart=tuple(waiting)
        )

    def was_refused(self, problems: list[str]) -> None:
        """The file was read and not taken."""
        self.reading = self.reading.refused(self._clock.now(), problems)

    # -- what the parts ask
    # -------------------------------------------------------------------------------------------------

    def now(self) -> ActiveConfig:
        """With everything that is built from it."""
        return self._now

    @property
    def config(self) -> Config:
        """The file's values."""
        return self._now.config

    @property
    def base_url(self) -> str:
        """Where a person's browser finds the pages."""
        return self._base_url_of(self.config)

    @property
    def contacts(self) -> Mapping[str, Contact]:
        """The people, by name."""
        return self._now.setup.rules.contacts

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        """A contact's addresses for an occasion, in order."""
        return self._now.route(contact, occasion)

    def _base_url_of(self, config: Config) -> str:
        if config.web.external_url:
            return config.web.external_url.rstrip("/")
        return self.bound.url if self.bound else f"http://{config.web.host}:{config.web.port}"
