"""What became of reading the configuration file: where it is, when it was taken in, and why the last try was
refused.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sentinel.config.tree import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """The file and its last readings.

    Parameters
    ----------
    path
        Where the file is.
    read_at
        When what is in force was taken in.
    hidden
        Places whose text came from the environment or from a file of its own; it is shown nowhere.
    restart
        Sections that changed since the start and want a restart.
    refused_at, problems
        When the newest try was refused and why; ``None`` when it was taken.
    """

    path: str
    read_at: datetime
    hidden: frozenset[Key] = frozenset()
    restart: tuple[str, ...] = ()
    refused_at: datetime | None = None
    problems: tuple[str, ...] = ()

    def refused(self, at: datetime, problems: list[str]) -> "ConfigFile":
        """The file was read and not taken; what was in force stays."""
        return replace(self, refused_at=at, problems=tuple(problems))
