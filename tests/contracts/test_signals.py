"""What every signal keeps to, whoever wrote it: the suite runs over whatever is found."""

import ast
import inspect
import re

import pytest

from sentinel.phrases.phrases import catalogue, say
from sentinel.registry import discover
from sentinel.signals.base import Family, Signal
from tests.contracts.brand import ANGRY, STORIES, after

PLUGINS = discover("sentinel.signals", Signal)
IMPURE = {
    "asyncio",
    "aiohttp",
    "sqlalchemy",
    "logging",
    "structlog",
    "time",
    "random",
    "socket",
    "subprocess",
    "requests",
}
LANGUAGES = ("es", "en")


@pytest.fixture(params=sorted(PLUGINS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def points(name: str, story: str, *, more: int = 0) -> float:
    """What it adds after a story, and after so many more complaints that speak of nobody's own affairs."""
    brand = after(story, name)
    for _ in range(more):
        brand.say("esto no funciona", ANGRY)
    return brand.assess().contributions[name]


def test_it_says_what_it_is(name: str) -> None:
    """For people who weigh it: what it measures, its worth, its family, and its name in every language."""
    plugin = PLUGINS[name]
    assert (inspect.getdoc(plugin) or "").partition("\n")[0]
    assert 0 <= plugin.worth <= 100
    assert plugin.family in Family
    assert re.fullmatch("[a-z][a-z0-9_]*", name)
    assert all(f"playbook.signal_{name}" in catalogue(language) for language in LANGUAGES)
    assert catalogue("es")[f"playbook.signal_{name}"] != catalogue("en")[f"playbook.signal_{name}"]


def test_it_needs_nothing_but_the_view(name: str) -> None:
    """No input or output, no clock, no log: the same journal gives the same score."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(PLUGINS[name]) or PLUGINS[name]))
    imported = {
        each.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & IMPURE


@pytest.mark.parametrize("story", STORIES)
def test_its_strength_is_a_share(name: str, story: str) -> None:
    """From 0 to 1, so that its points lie between nothing and its worth."""
    assert 0 <= points(name, story) <= PLUGINS[name].worth


@pytest.mark.parametrize("story", STORIES)
def test_the_same_is_said_again(name: str, story: str) -> None:
    """Asked twice, of the same brand or of its copy; it keeps nothing of its own."""
    brand, copy = after(story, name), after(story, name)
    first = brand.assess()
    again = (brand.assess(), copy.assess())
    assert all(each.contributions == first.contributions and each.evidence == first.evidence for each in again)
    assert vars(PLUGINS[name]()) == vars(PLUGINS[name]())


@pytest.mark.parametrize("story", STORIES)
def test_it_never_falls_for_one_more_complaint(name: str, story: str) -> None:
    """The worse it gets, the more it says."""
    heard = [points(name, story, more=more) for more in range(4)]
    assert heard == sorted(heard)


@pytest.mark.parametrize("story", STORIES)
def test_its_reason_can_be_said(name: str, story: str) -> None:
    """In every language, with all its figures."""
    for evidence in after(story, name).assess().evidence:
        assert evidence.signal == name
        said = {say(language, evidence.key, **dict(evidence.facts)) for language in LANGUAGES}
        assert len(said) == len(LANGUAGES)


def test_the_stories_make_it_speak(name: str) -> None:
    """At least one of them, or nothing above has shown anything; what annotates has no points."""
    assert any(points(name, story) for story in STORIES) or PLUGINS[name].worth == 0
