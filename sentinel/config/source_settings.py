"""A source as the configuration sees it: the keys that all of them have, and the model of each one's own."""

from abc import ABC
from typing import ClassVar

from sentinel.config.base import Settings
from sentinel.config.units import Interval


class SourceSettings(Settings):
    """What every source has; each source's own settings derive from this."""

    type: str
    """What kind of source it is; `sentinel plugins` lists them."""
    enabled: bool = True
    """Off: its settings stay, it does not run."""
    silence_after: Interval | None = None
    """No success for this long makes the source stale: its brands' scores are lower bounds then, unknown below an
    alert.

    Default: the source's own figure.
    """
    lang: str | None = None
    """Language to assume where the source declares none."""


class ConfiguredSource(ABC):
    """A source of the configuration, as far as reading its keys asks; `sentinel.sources.base.Source` is one that
    runs.
    """

    settings_model: ClassVar[type[SourceSettings]]
