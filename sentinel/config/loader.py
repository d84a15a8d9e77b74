"""Reads the configuration file: every mistake at once, each with its place; what is left out is filled in."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import SecretStr, ValidationError

from sentinel.config.crosscheck import crosscheck
from sentinel.config.explain import mistakes, unknown
from sentinel.config.schema import Config, Contact, Policy, SourceSettings, Step
from sentinel.config.secrets import resolve
from sentinel.config.tree import Key, Plain, read_tree
from sentinel.config.units import parse_duration
from sentinel.errors import ConfigError
from sentinel.registry import discover
from sentinel.signals.base import Signal
from sentinel.sources.base import Source


def load(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """The configuration in ``path``, complete.

    Parameters
    ----------
    environment
        For ``${NAME}``; default: the process's.

    Raises
    ------
    ConfigError
        With every mistake, each as ``FILE:LINE:COL: path.to.key: what is wrong and what is allowed``, in the order of the file.
    """
    plugins = {name: plugin.settings_model for name, plugin in discover("sentinel.sources", Source).items()}
    signals = discover("sentinel.signals", Signal)
    return load_with(path, os.environ if environment is None else environment, plugins, signals)


def load_with(path: Path, environment: Mapping[str, str], plugins: Mapping[str, type[SourceSettings]], signals: Collection[str]) -> Config:
    """`load` with everything it depends on handed in."""
    tree = read_tree(path)
    hidden = resolve(tree, environment)
    assert isinstance(tree.value, dict)
    raw = dict(tree.value)
    problems = list(tree.problems)
    sources = _sources(raw.pop("sources", None), plugins, hidden, problems)
    config: Config | None = None
    try:
        config = Config.model_validate({**raw, "sources": sources})
    except ValidationError as error:
        problems += mistakes(error, Config, (), hidden)
    if config is not None:
        config = complete(config, plugins)
        problems += crosscheck(config, signals)
    if problems or config is None:
        raise ConfigError([line for _, line in sorted((tree.where(place), tree.say(place, what)) for place, what in problems)])
    return config


def complete(config: Config, plugins: Mapping[str, type[SourceSettings]]) -> Config:
    """Fill in what a small file leaves out, so that everybody downstream sees a whole configuration.

    No contacts: one called ``log`` whose page is written to Sentinel's own log. No policies: ``default`` notifies every contact at
    once, and again after ten minutes. No sources: the HTTP door, called ``http``.
    """
    contacts = config.contacts or {"log": Contact(name="log", channels=(SecretStr("log://"),))}
    contacts = {
        key: contact.model_copy(update={"name": contact.name or key, "language": contact.language or config.language})
        for key, contact in contacts.items()
    }
    default = Policy(steps=(Step(notify=tuple(contacts)), Step.model_validate({"notify": tuple(contacts), "after": parse_duration("10m")})))
    sources = config.sources
    if not sources and "http" in plugins:
        sources = {"http": plugins["http"].model_validate({"type": "http"})}
    policies = config.policies or {"default": default}
    return config.model_copy(update={"contacts": contacts, "policies": policies, "sources": sources})


def _sources(
    raw: Plain, plugins: Mapping[str, type[SourceSettings]], hidden: set[Key], problems: list[tuple[Key, str]]
) -> dict[str, SourceSettings]:
    """Each source by its own plugin's settings."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        problems.append((("sources",), "expected keys and values: a name of yours, then `type` and its settings"))
        return {}
    made: dict[str, SourceSettings] = {}
    for name, settings in raw.items():
        place: Key = ("sources", name)
        if not isinstance(settings, dict) or "type" not in settings:
            problems.append((place, f"needs a `type`: {', '.join(plugins)}"))
            continue
        plugin = plugins.get(str(settings["type"]))
        if plugin is None:
            problems.append(((*place, "type"), unknown(str(settings["type"]), plugins, "source type")))
            continue
        try:
            made[name] = plugin.model_validate(settings)
        except ValidationError as error:
            problems += mistakes(error, plugin, place, hidden)
    return made
