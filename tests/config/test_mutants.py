"""No file ends Sentinel: whatever is in it, there is a list of mistakes, or it loads and all can be built of it."""

import re
import traceback
from pathlib import Path

import pytest

from sentinel.assembly.build import admission, engine_setup
from sentinel.cli.config import _problems, _warnings
from sentinel.config.loader import FAULT, KnownPlugins, examine
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.errors import ConfigError
from sentinel.playbooks.reader import read_playbooks
from sentinel.registry import discover
from sentinel.sources.base import Source
from tests.cases import how_many, lots
from tests.config.mutants import FULL, mutant
from tests.fakes import START, FakeClock

ENVIRONMENT = dict.fromkeys(("NAME", *re.findall(r"\$\{(\w+)", FULL)), "x")
SHELF = read_playbooks()
SOURCES = discover("sentinel.sources", Source)
MUTANTS = how_many("SENTINEL_CONFIG_MUTANTS", 250, 5000)


def judged(path: Path, known: KnownPlugins) -> list[str]:
    """What `check-config`, a start and a reload make of a file: its mistakes, or nothing when all three take it."""
    try:
        examined = examine(path, ENVIRONMENT, known)
        if examined.problems:
            return examined.problems
        if problems := _problems(path, examined):
            return problems
        _warnings(examined, START)
        config = examined.taken
        setup = engine_setup(config)
        admission(config, lambda *_: (), setup.rules.contacts.get)
        for name, settings in config.sources.items():
            SOURCES[settings.type](name, settings, FakeClock(), user_agent="Sentinel/test")
        MessageBuilder(config, SHELF, "http://127.0.0.1:8080", None)
    except ConfigError as error:
        return error.problems
    return []


def test_no_file_ends_sentinel(tmp_path: Path) -> None:
    """Keys dropped, doubled, misspelt, moved; values of another type; bytes damaged. Mistakes name the file and a place
    in it, and none is a fault of Sentinel's own.
    """
    path, known = tmp_path / "s.yaml", KnownPlugins.installed()
    fate, taken = lots("configuration mutants"), 0
    for number in range(MUTANTS):
        path.write_bytes(written := mutant(fate))
        try:
            problems = judged(path, known)
        except Exception:
            pytest.fail(f"mutant {number}: {traceback.format_exc()}\n{written.decode('utf-8', 'replace')}")
        taken += not problems
        for each in problems:
            assert each.startswith(f"{path}:"), each
            assert FAULT not in each, f"mutant {number}: {each}\n{written.decode('utf-8', 'replace')}"
    assert 0 < taken < MUTANTS


def test_a_contact_misspelt_twice_over(tmp_path: Path) -> None:
    """A key that nobody knows is near to one that is there, and its contents are wrong as well: three mistakes, and
    none of them takes away what the others are said of.
    """
    path = tmp_path / "s.yaml"
    path.write_text(
        "brands: [{name: Acme}]\ncontacts:\n  ana: {name: Ana, chanels: ['log://']}\ncontactos: {ana: {nombre: Ana}}\n"
    )
    assert [line.removeprefix(f"{path}:") for line in judged(path, KnownPlugins.installed())] == [
        "3:20: contacts.ana.chanels: unknown key 'chanels'; did you mean 'channels'?",
        "4:1: contactos: unknown key 'contactos'; did you mean 'contacts'?",
    ]
