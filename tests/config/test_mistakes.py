"""Every mistake is named with its place, what is wrong and what is allowed; all of them at once."""

from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.errors import ConfigError

SECRET = "hunter2-very-secret"


def mistakes(folder: Path, text: str | bytes, **environment: str) -> list[str]:
    """What is said of a file, without its name."""
    path = folder / "s.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    assert SECRET not in str(caught.value)
    return [line.removeprefix(f"{path}:").removeprefix(" ") for line in caught.value.problems]


ONE = "brands: [{name: Acme}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1: the file is empty"),
        ("- a\n", "1:1: expected keys and values"),
        (b"brands: \xff\n", "byte 8 is not UTF-8"),
        ("brands:\n\t- name: A\n", "2:1: not YAML"),
        ("brands: [{name: Acme}\n", "not YAML"),
        ("language: es\n", "1:1: brands: is required"),
        ("brands: []\n", "1:1: brands: must not be empty"),
        ("brands: [{nane: Acme}]\n", "unknown key 'nane'; did you mean 'name'?"),
        ("brands: Acme\n", "1:1: brands: expected a list, got 'Acme'"),
        (ONE + "language: fr\n", "2:1: language: expected 'es' or 'en', got 'fr'"),
        (ONE + "timezone: Madrid\n", "2:1: timezone: 'Madrid' is no IANA time zone"),
        (ONE + "brand: x\n", "2:1: brand: unknown key 'brand'; did you mean 'brands'?"),
        (ONE + "zzz: x\n", "unknown key 'zzz'; allowed: brands, contacts"),
        (ONE + "brands: [{name: B}]\n", "brands: is written twice, in lines 1 and 2"),
        (ONE + "engine: {tick: 5}\n", "engine.tick: 5 is no duration; write a number and a unit"),
        (ONE + "engine: {tick: soon}\n", "engine.tick: 'soon' is no duration"),
        (ONE + "web: {port: ninety}\n", "web.port: expected a whole number, got 'ninety'"),
        (ONE + "web: {port: 70000}\n", "web.port: must be at most 65535, got 70000"),
        (ONE + "web: {host: 0.0.0.0}\n", "web.host: 0.0.0.0 is open to others: set web.tokens"),
        (ONE + "web: {host: pages.example}\n", "web.host: pages.example is open to others"),
        (ONE + "scoring: {thresholds: {watch: 90}}\n", "scoring.thresholds: must rise: watch 90 < alert 60"),
        (ONE + "scoring: {weights: {volumne: 1}}\n", "unknown signal 'volumne'; did you mean 'volume'?"),
        (ONE + "scoring: {weights: {volume: 99}}\n", "scoring.weights.volume: must be between 0 (off) and 10"),
        (ONE + "scoring: {weights: {volume: 0, negativity: 0, spread: 0, persistence: 0}}\n", "every signal is off"),
        ("brands: [{name: Acme}, {name: ACME}]\n", "brands.1.name: 'ACME' is the name of brand 1 as well"),
        ("brands: [{name: A, policy: gold}]\n", "brands.0.policy: unknown policy 'gold'; allowed: default"),
        ("brands: [{name: A, sources: [rss]}]\n", "brands.0.sources.0: unknown source 'rss'; allowed: http"),
        ("brands: [{name: A, match: {any: ['!!!']}}]\n", "brands.0.match.any.0: '!!!' has no letter or digit"),
        (ONE + "contacts: {ana: {channels: []}}\n", "contacts.ana.channels: must not be empty"),
        (ONE + "contacts: {ana: {name: Ana}}\n", "contacts.ana.channels: is required"),
        (ONE + f"contacts: {{ana: {{channels: ['nope://{SECRET}']}}}}\n", "contacts.ana.channels.0: nope://… is no Apprise URL"),
        (ONE + f"contacts: {{ana: {{channels: [{SECRET}]}}}}\n", "contacts.ana.channels.0: this is no Apprise URL"),
        (ONE + "policies: {default: {steps: []}}\n", "policies.default.steps: must not be empty"),
        (ONE + "policies: {default: {steps: [{notify: []}]}}\n", "policies.default.steps.0.notify: nobody is notified"),
        (ONE + "policies: {default: {steps: [{notify: [zoe]}]}}\n", "policies.default.steps.0.notify.0: unknown contact 'zoe'"),
        (ONE + "policies: {default: {steps: [{notify: [log]}], catch_all: [zoe]}}\n", "policies.default.catch_all.0: unknown contact"),
        (
            ONE + "policies: {default: {steps: [{notify: [log], after: 10m}, {notify: [log], after: 5m}]}}\n",
            "`after` counts from the start of the climb and may not fall",
        ),
        (ONE + "operators: [zoe]\n", "operators.0: unknown contact 'zoe'"),
        (ONE + "sources: [x]\n", "sources: expected keys and values"),
        (ONE + "sources: {x: {}}\n", "sources.x: needs a `type`: bluesky, feeds, file, http"),
        (ONE + "sources: {x: {type: rss}}\n", "sources.x.type: unknown source type 'rss'"),
        (ONE + "sources: {x: {type: feeds}}\n", "sources.x.urls: is required"),
        (ONE + "sources: {x: {type: feeds, urls: ['ftp://x']}}\n", "sources.x.urls: number 1 is no http or https address"),
        (ONE + "sources: {x: {type: http, pth: 1}}\n", "sources.x.pth: unknown key 'pth'"),
        (ONE + "web: {tokens: ['${NOT_THERE}']}\n", "web.tokens.0: the environment has no NOT_THERE"),
        (ONE + "web: {tokens: [a], tokens_file: t}\n", "web.tokens_file: tokens is given as well"),
        (ONE + "web: {tokens_file: nowhere}\n", "cannot be read: No such file"),
        ("a: &a [*a]\n", "an alias that holds itself"),
    ],
)  # fmt: skip
def test_one_mistake(tmp_path: Path, text: str | bytes, said: str) -> None:
    """One mistake, one line, with place, value and what is allowed."""
    found = mistakes(tmp_path, text)
    assert len(found) == 1, found
    assert said in found[0]


def test_a_bomb_of_aliases(tmp_path: Path) -> None:
    """A file that unfolds to billions is refused in no time."""
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    assert "too many" in mistakes(tmp_path, text)[0]


def test_ten_mistakes_at_once(tmp_path: Path) -> None:
    """All ten, in the order of the file."""
    text = """languge: es
timezone: Mars
brands:
  - name: Acme
    policy: gold
  - name: acme
contacts:
  ana: {channels: ["nope://x"]}
policies:
  default: {steps: [{notify: [zoe], after: 5}]}
engine: {tick: fast, grace: 3}
web: {port: many}
sources:
  x: {type: rss}
  y: {path: z}
"""
    found = mistakes(tmp_path, text)
    assert len(found) >= 8
    assert [int(line.split(":")[0]) for line in found] == sorted(int(line.split(":")[0]) for line in found)
    for word in ("languge", "Mars", "fast", "many", "rss", "needs a `type`", "no duration"):
        assert any(word in line for line in found), word


def test_no_such_file(tmp_path: Path) -> None:
    """The message says what the smallest file is."""
    with pytest.raises(ConfigError, match="no such file; write one"):
        load(tmp_path / "nothing.yaml")
