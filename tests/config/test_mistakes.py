"""Every mistake is named with its place, what is wrong and what is allowed; all of them at once; no secret with it."""

import io
import logging
from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.errors import ConfigError
from sentinel.scoring.brand_scorer import signals

SECRET = "hunter2-very-secret"
ONE = "brands: [{name: Acme}]\n"
EVERY = ", ".join(f"{name}: 0" for name in signals())


def mistakes(folder: Path, text: str | bytes, **environment: str) -> list[str]:
    """What is said of a file, each ``LINE:COL: path: message``."""
    path = folder / "s.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    assert SECRET not in str(caught.value)
    return [line.removeprefix(f"{path}:").removeprefix(" ") for line in caught.value.problems]


UNREADABLE: list[tuple[str | bytes, str]] = [
    ("", "1:1: the file is empty"),
    ("# nothing but this\n", "1:1: the file is empty"),
    ("- a\n", "1:1: expected keys and values"),
    (ONE.encode() + b"language: \xff\n", "2:11: byte 33 is not UTF-8; save the file as UTF-8"),
    (b"\xef\xbb\xbfa: \xff\n", "1:4: byte 6 is not UTF-8"),
    (ONE.encode("utf-16"), "1:1: byte 0 is not UTF-8"),
    ("brands: \0\n", "1:9: not YAML: U+0000 is not allowed"),
    ("brands:\n\t- name: A\n", "2:1: not YAML: found character '\\t'"),
    ("brands: [{name: Acme}\n", "2:1: not YAML"),
    (ONE + "---\nlanguage: es\n", "2:1: not YAML: but found another document"),
    ("a: &a [*a]\n", "1:4: a.0: an alias that holds itself"),
    (ONE + "scoring: &s {<<: *s}\n", "2:1: scoring: an alias that holds itself"),
    ("a: " + "[" * 100 + "]" * 100, "is nested more than 50 levels deep"),
    ("a: " + "[" * 3000 + "]" * 3000, "1:1: is nested more than 50 levels deep"),
]
SHAPES: list[tuple[str, str]] = [
    (
        ONE + "campaigns: [{name: x, begin: 2026-13-01, end: 2026-12-02}]\n",
        "campaigns.0.begin: '2026-13-01' is no date",
    ),
    (
        ONE + "campaigns: [{name: x, begin: soon, end: 2026-12-02}]\n",
        "campaigns.0.begin: 'soon' is no day or wall time",
    ),
    (
        ONE + "campaigns: [{name: x, begin: 0001-01-01, end: 2026-12-02}]\n",
        "campaigns.0.begin: '0001-01-01' is not between the years",
    ),
    (ONE + "campaigns: [{name: x, begin: 2026-12-02, end: 2026-12-02}]\n", "must be before `end`"),
    (ONE + "campaigns: [{name: x, brands: [Acne], begin: 2026-12-01, end: 2026-12-02}]\n", "did you mean 'Acme'"),
    (ONE + "calendars: [{name: x}]\n", "calendar 'x' needs `address` or `file`"),
    (
        ONE + "calendars: [{name: x, address: 'https://a.example/x.ics', file: x.ics}]\n",
        "calendar 'x' has both `address` and `file`; keep one",
    ),
    (
        ONE + "calendars: [{name: x, address: x.ics}]\n",
        "calendars.0.address: is no address of a calendar; write one such as https://example.com/x.ics",
    ),
    (ONE + "calendars: [{name: x, file: x.ics, every: 1m}]\n", "must be at least 15m, got 1m"),
    (ONE + "calendars: [{name: x, file: x.ics, lead: 1w}]\n", "must be at most 3d, got 7d"),
    (ONE + "calendars: [{name: x, file: x.ics, brands: [Acne]}]\n", "did you mean 'Acme'"),
    (
        ONE + "calendars: [{name: x, file: x.ics}, {name: x, file: y.ics}]\n",
        "calendars.1.name: 'x' is the name of calendar 1 as well; names must differ",
    ),
    (
        ONE + "contacts: {a: {channels: ['log://'], use: {alert: [ntfy]}}}\n",
        "contacts.a.use.alert.0: unknown channel of this contact 'ntfy'",
    ),
    (ONE + "contacts: {a: {channels: ['log://'], use: {crisis: []}}}\n", "contacts.a.use.crisis: is empty"),
    (ONE + "contacts: {a: {channels: ['log://'], quiet_hours: {begin: '25:00'}}}\n", "'25:00' is no time of day"),
    (ONE + "zzz: x\n", "2:1: zzz: unknown key 'zzz'; allowed: access, areas, assistant, brands, calendars"),
    (ONE + "brand: x\n", "2:1: brand: unknown key 'brand'; did you mean 'brands'?"),
    ("brands: [{nane: Acme}]\n", "1:11: brands.0.nane: unknown key 'nane'; did you mean 'name'?"),
    (ONE + "brands: [{name: B}]\n", "1:1: brands: is written twice, in lines 1 and 2 (column 1); keep one"),
    (ONE + "? [a]\n: b\n", "1:1: the key in line 2 (column 3) is no text"),
    (ONE + "scoring: {<<: 5}\n", "2:1: scoring: `<<` takes an alias"),
    (ONE + "web: {tokens: [!secret a]}\n", "2:16: web.tokens.0: the tag !secret means nothing here"),
    ("language: es\n", "1:1: brands: is required"),
    ("brands: []\n", "1:1: brands: must not be empty"),
    ("brands: Acme\n", "1:1: brands: expected a list, got 'Acme'"),
    ("brands: {name: Acme}\n", "1:1: brands: expected a list, got keys and values"),
    ("brands: [Acme]\n", "1:10: brands.0: expected keys and values, got text"),
    ("brands: [5]\n", "1:10: brands.0: expected keys and values, got 5"),
    ("brands: [{name: 365}]\n", "1:11: brands.0.name: expected text, got 365; put it in quotes"),
    (f"brands: [{{name: {'x' * 81}}}]\n", "1:11: brands.0.name: must have at most 80 characters"),
    (ONE + "operators: [[a]]\n", "2:13: operators.0: expected text, got a list"),
    (ONE + "contacts:\n", "2:1: contacts: nothing is written here; take the key out, or write keys and values"),
    (ONE + "sources:\n", "2:1: sources: nothing is written here; take the key out"),
    (ONE + "language: fr\n", "2:1: language: expected 'en' or 'es', got 'fr'"),
    (ONE + f"language: {'x' * 5000}\n", "x…"),
    (ONE + "web: {port: ninety}\n", "2:7: web.port: expected a whole number, got 'ninety'"),
    (ONE + "web: {port: 70000}\n", "2:7: web.port: must be at most 65535, got 70000"),
    (ONE + f"web: {{port: {'9' * 5000}}}\n", "2:7: web.port: expected a whole number, got '999"),
    (ONE + "web: {port: !!int ²}\n", "2:7: web.port: expected a whole number, got '²'"),
    (ONE + "web: {port: true}\n", "2:7: web.port: expected a number, got true"),
    (ONE + "web: {rate_limit: .INF}\n", "2:7: web.rate_limit: expected a finite number, got inf"),
    (ONE + "web: {rate_limit: !!float abc}\n", "2:7: web.rate_limit: expected a number, got 'abc'"),
    (ONE + "scoring: {margin: 51.5}\n", "2:11: scoring.margin: must be at most 50, got 51.5"),
    (
        ONE + "sources: {x: {type: http, enabled: maybe}}\n",
        "2:27: sources.x.enabled: expected true or false, got 'maybe'",
    ),
]
VALUES: list[tuple[str, str]] = [
    (ONE + "timezone: Madrid\n", "2:1: timezone: 'Madrid' is no IANA time zone; did you mean 'Europe/Madrid'?"),
    (ONE + "timezone: xyzzy\n", "2:1: timezone: 'xyzzy' is no IANA time zone; write one such as Europe/Madrid"),
    (ONE + "engine: {tick: 5}\n", "2:10: engine.tick: 5 is no duration; write a number and a unit"),
    (ONE + "engine: {tick: soon}\n", "2:10: engine.tick: 'soon' is no duration"),
    (ONE + "engine: {tick: 0s}\n", "2:10: engine.tick: must be longer than 0s"),
    (ONE + "engine: {tick: 99999999999d}\n", "2:10: engine.tick: is longer than a hundred years"),
    (ONE + f"engine: {{tick: {'9' * 400}d}}\n", "2:10: engine.tick: is longer than a hundred years"),
    (ONE + "sources: {x: {type: file, path: p, every: 0s}}\n", "2:36: sources.x.every: must be longer than 0s"),
    (ONE + "web: {external_url: example.com}\n", "2:7: web.external_url: 'example.com' is no web address"),
    (ONE + "web: {host: 0.0.0.0}\n", "2:7: web.host: '0.0.0.0' is open to others: set web.tokens"),
    (ONE + "web: {host: pages.example}\n", "2:7: web.host: 'pages.example' is open to others"),
    (ONE + "web: {host: 0.0.0.0, tokens: ['']}\n", "2:31: web.tokens.0: must be ASCII letters, digits and signs"),
    (ONE + "web: {tokens: [ñandú]}\n", "2:16: web.tokens.0: must be ASCII letters"),
    (ONE + "store: {url: nonsense}\n", "2:9: store.url: is no SQLAlchemy URL"),
    (ONE + "store: {url: 'nodb://x'}\n", "2:9: store.url: is no SQLAlchemy URL"),
    (ONE + "store: {url: 'sqlite://'}\n", "2:9: store.url: names no file"),
    (
        ONE + 'cluster: {nats: {servers: ["nats://10.0.0.5"]}}\n',
        "cluster.nats: carries nothing where one process folds all; write cluster.partitions, such as 16",
    ),
    (ONE + "cluster: {partitions: 16}\n", "2:11: cluster.partitions: wants a store that several processes"),
    (ONE + f"store: {{url: 'mysql+pymysql://u:{SECRET}@h/d'}}\n", "2:9: store.url: mysql is no database that"),
    (
        ONE + f"store: {{url: 'postgresql+psycopg2://u:{SECRET}@h/d'}}\n",
        "2:9: store.url: postgresql is reached through",
    ),
    (ONE + "scoring: {thresholds: {watch: 90}}\n", "2:11: scoring.thresholds: must rise: watch 90 < alert 60"),
    (
        ONE + "scoring: {weights: {volumne: 1}}\n",
        "2:21: scoring.weights.volumne: unknown signal 'volumne'; did you mean 'volume'?",
    ),
    (
        ONE + "scoring: {weights: {volume: 99}}\n",
        "2:21: scoring.weights.volume: must be between 0 (off) and 10, got 99",
    ),
    (ONE + f"scoring: {{weights: {{{EVERY}}}}}\n", "2:11: scoring.weights: every signal is off"),
    ("brands: [{name: Acme}, {name: ACME}]\n", "1:25: brands.1.name: 'ACME' is the name of brand 1 as well"),
    ("brands: [{name: ' '}]\n", "1:11: brands.0.name: must not be blank"),
    ("brands: [{name: '!!!'}]\n", "1:11: brands.0.name: '!!!' has no letter or digit to look for; say in match.any"),
    ("brands: [{name: A, match: {any: ['']}}]\n", "1:34: brands.0.match.any.0: '' has no letter or digit"),
    (
        "brands: [{name: A, match: {any: [Acmé], none: [acme]}}]\n",
        "1:48: brands.0.match.none.0: 'acme' is what the brand is found by",
    ),
    (ONE + "silences: [{to: '05:00'}]\n", "2:12: silences.0.from: is required"),
    (ONE + "silences: [{from: 25:00, to: '05:00'}]\n", "2:13: silences.0.from: '25:00' is no time of day"),
    (
        ONE + "silences: [{from: '00:00', to: '00:00'}]\n",
        "2:12: silences.0: every day from 00:00 to 00:00 is always; write hours, or days that leave some out",
    ),
    (ONE + "silences: [{brand: Zed, from: '1:00', to: '5:00'}]\n", "2:13: silences.0.brand: unknown brand 'Zed'"),
    (ONE + "silences: [{signal: noise, from: '1:00', to: '5:00'}]\n", "2:13: silences.0.signal: unknown signal"),
    (ONE + "silences: [{source: rss, from: '1:00', to: '5:00'}]\n", "2:13: silences.0.source: unknown source 'rss'"),
    (
        ONE + "silences: [{source: http, level: watch, from: '1:00', to: '5:00'}]\n",
        "2:12: silences.0: `source: http` stands alone; take brands, `level` and `signal` out",
    ),
    (ONE + "silences: [{fromm: '1:00', to: '5:00'}]\n", "2:13: silences.0.fromm: unknown key 'fromm'; did you mean"),
    ("brands: [{name: A, policy: gold}]\n", "1:20: brands.0.policy: unknown policy 'gold'; allowed: default"),
    ("brands: [{name: A, sources: [rss]}]\n", "1:30: brands.0.sources.0: unknown source 'rss'; allowed: http"),
    (
        "brands: [{name: A, match: {everything_from: [rss]}}]\n",
        "1:46: brands.0.match.everything_from.0: unknown source 'rss'; allowed: http",
    ),
    (ONE + "contacts: {ana: {channels: []}}\n", "2:18: contacts.ana.channels: must not be empty"),
    (ONE + "contacts: {ana: {name: Ana}}\n", "2:12: contacts.ana.channels: is required"),
    (
        ONE + f"contacts: {{ana: {{channels: ['nope://{SECRET}']}}}}\n",
        "2:29: contacts.ana.channels.0: nope://… is no Apprise URL",
    ),
    (ONE + f"contacts: {{ana: {{channels: [{SECRET}]}}}}\n", "2:29: contacts.ana.channels.0: this is no Apprise URL"),
    (ONE + "policies: {default: {steps: []}}\n", "2:22: policies.default.steps: must not be empty"),
    (
        ONE + "policies: {default: {steps: [{notify: []}]}}\n",
        "2:31: policies.default.steps.0.notify: nobody is notified",
    ),
    (
        ONE + "policies: {default: {steps: [{notify: [zoe]}]}}\n",
        "2:40: policies.default.steps.0.notify.0: unknown contact 'zoe'",
    ),
    (
        ONE + "policies: {default: {steps: [{notify: [log], after: 10}]}}\n",
        "2:46: policies.default.steps.0.after: 10 is no duration",
    ),
    (
        ONE + "policies: {default: {steps: [{notify: [log], after: 10m}, {notify: [log], after: 5m}]}}\n",
        "2:75: policies.default.steps.1.after: 5m is before the step above (10m); `after` counts from the start",
    ),
    (
        ONE + "policies: {default: {steps: [{notify: [log]}], catch_all: [zoe]}}\n",
        "2:60: policies.default.catch_all.0: unknown contact",
    ),
    (ONE + "operators: [zoe]\n", "2:13: operators.0: unknown contact 'zoe'; allowed: log"),
    (ONE + "playbooks: nowhere\n", "2:1: playbooks: 'nowhere' is no folder beside this file"),
    (ONE + "sources: [x]\n", "2:1: sources: expected keys and values"),
    (ONE + "sources: {x: {}}\n", "2:11: sources.x: needs a `type`: appstore, bluesky, discourse, feeds, file"),
    (
        ONE + "sources: {x: {type: rss}}\n",
        "2:15: sources.x.type: unknown source type 'rss'; allowed: appstore, bluesky",
    ),
    (ONE + "sources: {x: {type: [a]}}\n", "2:15: sources.x.type: unknown source type"),
    (ONE + "sources: {x: {type: feeds}}\n", "2:11: sources.x.urls: is required"),
    (
        ONE + "sources: {x: {type: feeds, urls: ['ftp://x']}}\n",
        "2:28: sources.x.urls: number 1 is no http or https address",
    ),
    (ONE + "sources: {x: {type: http, pth: 1}}\n", "2:27: sources.x.pth: unknown key 'pth'"),
]
OUTSIDE: list[tuple[str, str]] = [
    (
        ONE + "web: {tokens: ['${NOT_THERE}']}\n",
        "2:16: web.tokens.0: the environment has no NOT_THERE; set it, or write ${NOT_THERE:-default}",
    ),
    (ONE + "timezone: ${NOT_THERE}\n", "2:1: timezone: the environment has no NOT_THERE"),
    (ONE + "web: {tokens: ['${FOO']}\n", "2:16: web.tokens.0: `${` begins a reference"),
    (ONE + "web: {tokens: ['${1FOO}']}\n", "2:16: web.tokens.0: `${` begins a reference"),
    (
        ONE + "web: {host: 0.0.0.0, tokens: ['${EMPTY}']}\n",
        "2:31: web.tokens.0: EMPTY is set in the environment, but empty",
    ),
    (
        ONE + "web: {tokens: [a], tokens_file: t}\n",
        "2:20: web.tokens_file: tokens is given as well; keep one of the two",
    ),
    (ONE + "web: {host: 0.0.0.0, tokens_file: nowhere}\n", "nowhere cannot be read: No such file"),
    (ONE + 'web: {tokens_file: "a\\0b"}\n', "2:7: web.tokens_file: expected the path of a file"),
    (ONE + "web: {tokens_file: [a]}\n", "2:7: web.tokens_file: expected the path of a file"),
    (ONE + "web: {host: 0.0.0.0, tokens_file: empty}\n", "empty is empty; write the tokens into it"),
    (ONE + "web: {tokens_file: latin}\n", "latin is not UTF-8"),
    (ONE + "store: {url_file: nowhere}\n", "nowhere cannot be read"),
    (ONE + "contacts: {ana: {channels_file: channels}}\n", "2:18: contacts.ana.channels_file: this is no Apprise URL"),
]


@pytest.mark.parametrize(("text", "said"), [*UNREADABLE, *SHAPES, *VALUES, *OUTSIDE])
def test_one_mistake(tmp_path: Path, text: str | bytes, said: str) -> None:
    """One mistake, one line, with place, value and what is allowed."""
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    (tmp_path / "latin").write_bytes(b"\xf1")
    (tmp_path / "channels").write_text(f"log://\n{SECRET}\n", encoding="utf-8")
    found = mistakes(tmp_path, text, EMPTY="")
    assert len(found) == 1, found
    assert found[0].startswith(said) if said[:1].isdigit() else said in found[0], found[0]


@pytest.mark.parametrize(
    "text",
    [
        "timezone: ${IT}",
        "language: ${IT}",
        "operators: ['${IT}']",
        "engine: {tick: '${IT}'}",
        "engine: {tick: 'x${IT}'}",
        "store: {url: '${IT}'}",
        "web: {host: '${IT}'}",
        "web: {port: '${IT}'}",
        "web: {external_url: '${IT}'}",
        "playbooks: ${IT}",
        "web: {tokens_file: '${IT}'}",
        "sources: {x: {type: '${IT}'}}",
        "sources: {x: {type: bluesky, hosts: ['${IT}']}}",
        "contacts: {ana: {channels: ['${IT}']}}",
        f"contacts: {{ana: 'ntfys://u:{SECRET}@h'}}",
        f"contacts: {{ana: {{channels: 'ntfys://u:{SECRET}@h'}}}}",
        f"contacts: {{ana: {{channels: ['mailto://{SECRET}', 'slack://{SECRET}']}}}}",
        f"timezone: ntfys://u:{SECRET}@h",
        f"web: {SECRET}",
        f"web: {{tokens: {SECRET}}}",
        f"store: 'postgresql://u:{SECRET}@h/d'",
    ],
)
def test_no_secret_is_said(tmp_path: Path, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither what came from outside the file nor what was written in the wrong place; not in the log of a library
    either.
    """
    logged = io.StringIO()
    handler = logging.StreamHandler(
        logged
    )  # where a daemon's log comes from; pytest's own listens to loggers that are cut off, too
    logging.getLogger().addHandler(handler)
    try:
        assert mistakes(tmp_path, f"{ONE}{text}\n", IT=SECRET)
    finally:
        logging.getLogger().removeHandler(handler)
    assert SECRET not in logged.getvalue()
    assert SECRET not in "".join(capfd.readouterr())


def test_bombs_of_aliases(tmp_path: Path) -> None:
    """A file that unfolds to billions is refused in no time, whether by lists or by merges."""
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    assert "too many" in mistakes(tmp_path, text)[0]
    merges = "".join(f"  a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))
    assert mistakes(tmp_path, f"{ONE}policies:\n  a0: &a0 {{repeat: 1}}\n{merges}")


def test_ten_mistakes_at_once(tmp_path: Path) -> None:
    """Exactly ten lines, in the order of the file: what only follows from another mistake is not said."""
    text = """languge: es
timezone: Mars
brands:
  - name: Acme
    policy: gold
    thresholds: {watch: high}
  - {name: acme, sources: [x, prensa]}
contacts:
  ana: {channels: ["nope://x"]}
policies:
  default: {steps: [{notify: [zoe, ana], after: 5}]}
web: {tokns: [a], host: 0.0.0.0}
sources:
  x: {type: rss}
  prensa: {type: feeds, urls: ["https://example.com/rss"]}
"""
    found = mistakes(tmp_path, text)
    assert [line.split(": ")[:2] for line in found] == [
        ["1:1", "languge"],
        ["2:1", "timezone"],
        ["5:5", "brands.0.policy"],
        ["6:18", "brands.0.thresholds.watch"],
        ["7:6", "brands.1.name"],
        ["9:20", "contacts.ana.channels.0"],
        ["11:31", "policies.default.steps.0.notify.0"],
        ["11:42", "policies.default.steps.0.after"],
        ["12:7", "web.tokns"],
        ["14:7", "sources.x.type"],
    ]


def test_no_such_file(tmp_path: Path) -> None:
    """The message says what the smallest file is; a folder is no file."""
    with pytest.raises(ConfigError, match="no such file; write one"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)
