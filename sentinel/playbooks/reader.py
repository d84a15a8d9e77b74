"""Reads playbooks from disk: the user's own folder, then the shipped one. The only file of playbooks that touches
files.

Called by ``assembly/`` and the command line; what it gives back is pure.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from sentinel.errors import ConfigError
from sentinel.playbooks.playbook import Playbook, parse_playbook
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.rehearsal import rehearse


def read_playbooks(own: Path | None = None) -> PlaybookSet:
    """Every playbook in ``own`` (laid out as ``es/*.md``, ``en/*.md``), then the shipped ones.

    One's own are rehearsed with made-up facts, so that a misspelt placeholder shows when the configuration is checked
    and not in the crisis.

    Raises
    ------
    ConfigError
        With every mistake in every file, each as ``FILE:LINE: what is wrong``.
    """
    problems: list[str] = []
    mine: list[Playbook] = []
    if own is not None:
        if not own.is_dir():
            raise ConfigError([f"playbooks: {own} is no folder; make it, or take the key out"])
        mine = _read(own, problems)
        if not mine and not problems:
            problems.append(f"playbooks: {own} holds no playbook; lay it out as es/*.md and en/*.md")
        for playbook in mine:
            problems += rehearse(playbook)
    shipped: tuple[Playbook, ...] = ()
    try:
        shipped = _shipped()
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    return PlaybookSet.of([*mine, *shipped])


def shipped_folder() -> Traversable:
    """Where the shipped playbooks lie: inside the package once installed, beside it in a checkout."""
    package = files("sentinel")
    installed = package / "config" / "assets" / "playbooks"
    return installed if installed.is_dir() else Path(str(package)).parent / "config" / "playbooks"


@cache
def _shipped() -> tuple[Playbook, ...]:
    """What ships does not change while a process lives; a reload reads one's own anew, and these no more."""
    problems: list[str] = []
    playbooks = _read(shipped_folder(), problems)
    if problems:
        raise ConfigError(problems)
    return tuple(playbooks)


def _read(folder: Traversable, problems: list[str]) -> list[Playbook]:
    playbooks: list[Playbook] = []
    for language in sorted(folder.iterdir(), key=lambda f: f.name):
        if not language.is_dir() or language.name.startswith("."):
            continue
        for file in sorted(language.iterdir(), key=lambda f: f.name):
            if not file.name.endswith(".md") or file.name.lower() == "readme.md":
                continue
            try:
                playbooks.append(parse_playbook(str(file), file.read_text(encoding="utf-8")))
            except ConfigError as error:
                problems += error.problems
            except UnicodeDecodeError as error:
                problems.append(f"{file}:1: is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8")
    return playbooks
