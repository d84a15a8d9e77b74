"""Reads the configuration file: every mistake at once, each with its place; what is left out is filled in."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from pydantic import SecretStr, ValidationError

from sentinel.config.brand import ThresholdSettings
from sentinel.config.contact import ContactSettings
from sentinel.config.crosscheck import crosscheck
from sentinel.config.error_list import ErrorList
from sentinel.config.explain import NOTHING, explain, unknown
from sentinel.config.included import read_with_included
from sentinel.config.partial_parse import salvage
from sentinel.config.passwords import misread_passwords
from sentinel.config.policy import PolicySettings, StepSettings
from sentinel.config.schema import Config
from sentinel.config.secrets import resolve
from sentinel.config.shape import secret_at
from sentinel.config.source_settings import ConfiguredSource, SourceSettings
from sentinel.config.templated import fill_from_templates
from sentinel.config.tree import Key, Plain, Tree
from sentinel.errors import ConfigError
from sentinel.notify.base import Notifier
from sentinel.notify.installed import by_scheme
from sentinel.registry import discover
from sentinel.signals.base import Signal

FAULT = "Sentinel itself fails on this file"
"""Said where a mistake in a file meets one in Sentinel."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlugins:
    """What a file may name: the plugins there are.

    Parameters
    ----------
    sources
        Type to its settings.
    signals
        Names.
    schemes
        Of channels that a notifier of ours takes.
    """

    sources: Mapping[str, type[SourceSettings]]
    signals: Collection[str]
    schemes: Mapping[str, Notifier]

    @classmethod
    def installed(cls) -> "KnownPlugins":
        """Everything that ships, and what entry points add."""
        return cls(
            sources={
                name: plugin.settings_model for name, plugin in discover("sentinel.sources", ConfiguredSource).items()
            },
            signals=tuple(discover("sentinel.signals", Signal)),
            schemes={scheme: notifier for scheme, notifier in by_scheme().items() if scheme},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file as far as it could be understood.

    Parameters
    ----------
    config
        Complete; with mistakes it holds what could be saved of it, or is ``None``.
    problems
        Each ``FILE:LINE:COL: path.to.key: what is wrong and what is allowed``, in the order of the file.
    tree
        The file as it was written.
    hidden
        Places whose text came from outside it: from the environment, or from a file of its own.
    """

    config: Config | None
    problems: list[str]
    tree: Tree
    hidden: frozenset[Key]

    @property
    def taken(self) -> Config:
        """The configuration; `ConfigError` with every mistake when there is one."""
        if self.problems or self.config is None:
            raise ConfigError(self.problems)
        return self.config

    def warnings_at(self, found: Iterable[tuple[Key, str]]) -> list[str]:
        """What is said of places, in the form and order of ``problems``; what speaks of a default, which nobody wrote,
        is left out.
        """
        there = sorted(
            (self.tree.where(place), self.tree.say(place, what))
            for place, what in found
            if any(self.tree.writes(place[:deep]) for deep in range(min(2, len(place)), len(place) + 1))
        )
        return list(dict.fromkeys(line for _, line in there))


def load(path: Path, environment: Mapping[str, str] | None = None, known: KnownPlugins | None = None) -> Config:
    """The configuration in ``path``, complete.

    Parameters
    ----------
    environment
        For ``${NAME}``; default: the process's.
    known
        Plugins; default: those installed.

    Raises
    ------
    ConfigError
        With every mistake.
    """
    return examine(path, environment, known).taken


def examine(path: Path, environment: Mapping[str, str] | None = None, known: KnownPlugins | None = None) -> Examined:
    """`load`, with the mistakes as a value.

    Raises
    ------
    ConfigError
        When the file cannot be read at all.
    """
    try:
        return _examined(path, environment, known or KnownPlugins.installed())
    except ConfigError:
        raise
    except Exception as error:  # whatever is in a file, it must not end a daemon that reads it anew
        log.exception("file_not_examined", path=str(path))
        raise ConfigError([f"{path}:1:1: {FAULT} ({type(error).__name__}); take back what was changed last"]) from error


def _examined(path: Path, environment: Mapping[str, str] | None, known: KnownPlugins) -> Examined:
    tree = read_with_included(path)
    fill_from_templates(tree)
    assert isinstance(tree.value, dict)
    tree.value = {key: value for key, value in tree.value.items() if not key.startswith("x-")}  # only for anchors
    outside = resolve(
        tree, os.environ if environment is None else environment, partial(secret_at, tree.value, known.sources)
    )
    assert isinstance(tree.value, dict)
    complaints = ErrorList(tree, outside)
    complaints.add(misread_passwords(tree.value))
    raw: dict[str, object] = dict(tree.value)
    raw["sources"] = _sources(tree.value.get("sources", {}), known.sources, complaints)
    _overlay_thresholds(raw)
    config: Config | None
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        explained = explain(error, Config, (), outside.hidden)
        complaints.add(explained.complaints)
        complaints.spoiled |= explained.meant
        config = salvage(raw, error, explained.meant)
    if config is not None:
        config = complete(config, known.sources)
        complaints.add(crosscheck(config, known.signals, known.schemes, tree.at))
        if config.playbooks is not None and not (path.parent / config.playbooks).is_dir():
            complaints.add(
                [(("playbooks",), f"{config.playbooks!r} is no folder beside this file; make it, or take the key out")]
            )
    return Examined(config=config, problems=complaints.lines(), tree=tree, hidden=frozenset(outside.hidden))


def complete(config: Config, sources: Mapping[str, type[SourceSettings]]) -> Config:
    """Fill in what a small file leaves out, so that everybody downstream sees a whole configuration.

    No contacts: one called ``log`` whose page is written to Sentinel's own log. No policies: ``default`` notifies every
    contact at once, and again after ten minutes. No sources: the HTTP source, called ``http``. A schedule without a
    zone has the file's.
    """
    contacts = config.contacts or {"log": ContactSettings(name="log", channels=(SecretStr("log://"),))}
    contacts = {
        key: contact.model_copy(update={"name": contact.name or key, "language": contact.language or config.language})
        for key, contact in contacts.items()
    }
    everybody = tuple(contacts)
    default = PolicySettings(
        steps=(StepSettings(notify=everybody), StepSettings(notify=everybody, after=timedelta(minutes=10)))
    )
    made = config.sources
    if not made and "http" in sources:
        made = {"http": sources["http"].model_validate({"type": "http"})}
    schedules = {
        name: schedule.model_copy(update={"timezone": schedule.timezone or config.timezone})
        for name, schedule in config.schedules.items()
    }
    policies = config.policies or {"default": default}
    return config.model_copy(
        update={"contacts": contacts, "policies": policies, "schedules": schedules, "sources": made}
    )


def _overlay_thresholds(raw: dict[str, object]) -> None:
    """A brand's thresholds that are left out are those of ``scoring``."""
    brands, scoring = raw.get("brands"), raw.get("scoring")
    general = scoring.get("thresholds") if isinstance(scoring, dict) else None
    try:
        base = ThresholdSettings.model_validate(general or {}).model_dump()
    except ValidationError:
        return  # said elsewhere
    if isinstance(brands, list):
        raw["brands"] = [_overlaid(brand, base) for brand in brands]


def _overlaid(brand: Plain, base: dict[str, Plain]) -> Plain:
    own = brand.get("thresholds") if isinstance(brand, dict) else None
    return {**brand, "thresholds": {**base, **own}} if isinstance(brand, dict) and isinstance(own, dict) else brand


def _sources(
    raw: Plain, plugins: Mapping[str, type[SourceSettings]], complaints: ErrorList
) -> dict[str, SourceSettings]:
    """Each source by its own plugin's settings; a faulty one still counts as there."""
    if not isinstance(raw, dict):
        wanted = (
            f"{NOTHING} keys and values"
            if raw is None
            else "expected keys and values: a name of yours, then `type` and its settings"
        )
        complaints.add([(("sources",), wanted)])
        return {}
    made: dict[str, SourceSettings] = {}
    for name, settings in raw.items():
        place: Key = ("sources", name)
        made[name] = SourceSettings(type="?")
        kind = settings.get("type") if isinstance(settings, dict) else None
        plugin = plugins.get(kind) if isinstance(kind, str) else None
        if kind is None:
            complaints.add([(place, f"needs a `type`: {', '.join(plugins)}")])
        elif plugin is None:
            complaints.add([((*place, "type"), unknown(str(kind), plugins, "source type"))])
        else:
            try:
                made[name] = plugin.model_validate(settings)
            except ValidationError as error:
                complaints.add(explain(error, plugin, place, complaints.outside.hidden).complaints)
    return made
