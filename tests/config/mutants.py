"""Mutants of a configuration file: what people, editors, templates and disks make of one."""

import copy
from collections.abc import Iterator
from pathlib import Path
from random import Random

import yaml
from pydantic import BaseModel

from sentinel.config.schema import Config

CONFIG = Path(__file__).parents[2] / "config"
FULL = (CONFIG / "sentinel.full.yaml").read_text(encoding="utf-8")
RICH = """
language: es
timezone: Europe/Madrid
brands:
  - {name: Acme, match: {any: [acme, "@acme"], none: [acme records]}, competitors: [Bolt], thresholds: {alert: 55}}
  - {name: Bolt, policy: slow, sources: [news]}
contacts:
  ana: {channels: ["json://ana:a%23b@pages.example:8443/x", "ntfys://topic"], use: {crisis: [ntfys]},
        quiet_hours: {begin: "23:00", end: "07:30", days: [mon, tue]}, pages_per_night: 3, digest: "09:00"}
  luis: {name: Luis, language: en, timezone: America/Bogota, channels: ["mailtos://u:p@example.org?to=l@example.org"]}
roles: {strategist: [ana, duty]}
schedules:
  duty:
    timezone: Europe/Madrid
    layers:
      - {people: [ana, luis], handoff: "09:00", every: week, starts: 2026-01-05}
    overrides: [{begin: 2026-03-01 10:00, end: 2026-03-02 10:00, who: [luis]}]
policies:
  default: {steps: [{notify: [strategist], after: 0m}, {notify: [luis], after: 10m}], catch_all: [luis], repeat: 2}
  slow: {steps: [{notify: [duty], after: 5m}], levels: {crisis: {steps: [{notify: [ana], after: 0m}]}}}
campaigns: [{name: launch, brands: [Acme], begin: 2026-04-01, end: 2026-04-03, cap: watch}]
calendars: [{name: club, address: 'https://club.example/x.ics', brands: [Acme], lead: 2h, tail: 3h, every: 1h}]
reports: [{every: week, to: [ana], brands: [Acme]}]
operators: [luis]
sources:
  news: {type: feeds, urls: ["https://feeds.example/rss"], every: 5m}
  posts: {type: bluesky}
  file: {type: file, path: mentions.jsonl}
  door: {type: http}
watch: {heartbeat: {url: "https://beat.example/x", every: 1m}, self_test: {contact: ana, every: 1d, at: "10:00"}}
web: {host: 0.0.0.0, port: 8081, tokens: ["0123456789abcdef0123456789abcdef"], external_url: "https://s.example"}
access:
  tokens: [{name: shop, token: "abcdefabcdefabcdefabcdef", scopes: ["mentions:write"]}]
  proxy: {header: X-User, trusted: [127.0.0.1/32], roles: {ana: admin}}
delivery: {timeout: 10s, max_attempts: 3, group_wait: 0s, budgets: {}}
"""
_ODD: tuple[object, ...] = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        float("inf"),
        float("nan"),
        10**20,
        2**63,
        "",
        " ",
        "x",
        "x" * 3000,
        [],
        {},
        [None],
        [[]],
    ),
    *({"a": None}, {"name": {}}, {1: 2}, {None: 1}, {True: []}, [{}], {"type": "http"}, "log://", "://", "@", "#"),
    *("json://", "json://[", "json://u:p#q@h", "https://[::1", "http://h:99999999/", "sqlite://", "postgresql://x"),
    *("${X", "${NAME}", "$${", "${A:-}", "\ud7ff", "\u2028", "\x85", "0s", "-5m", "99999999999d", "1h30m", "25:61"),
    *(
        "9999-12-31",
        "0001-01-01",
        "2026-02-30 25:00",
        "!!binary x",
        "*x",
        "&y",
        "no",
        "~",
        "1_000",
        "0x1F",
        "1:30",
        "²",
    ),
    *(
        "%00",
        "../../../etc/passwd",
        "/",
        "\\",
        "'",
        '"',
        "ana",
        "default",
        "Acme",
        "duty",
        "UTC",
        "crisis",
        "$argon2id$v=19$",
    ),
)
_BYTES = (
    *(
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\t",
        b"\r",
        b"\r\n",
        b"\n",
        b": ",
        b"- ",
        b"#",
        b"'",
        b'"',
        b"{",
        b"}",
        b"[",
    ),
    *(
        b"]",
        b",",
        b"&a ",
        b"*a",
        b"!x ",
        b"!!python/object:os.system ",
        b"<<: ",
        b"? ",
        b"|\n",
        b">-\n",
        b"---\n",
        b"...\n",
    ),
    *(
        b"%",
        b"@",
        b"`",
        b"\\",
        "\u2028".encode(),
        "ñ".encode(),
        b"\xc3",
        b"${",
        b"\x1b",
        b"=\n",
        b"~",
        b"999999999999999999999",
    ),
)


def keys(model: type[BaseModel] = Config, deep: int = 6) -> Iterator[str]:
    """Every key that may stand somewhere in a file."""
    for name, field in model.model_fields.items():
        yield name
        yield f"{name}_file"
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if deep and isinstance(part, type) and issubclass(part, BaseModel):
                yield from keys(part, deep - 1)


KEYS = tuple(dict.fromkeys(keys()))


_TREES = {text: yaml.safe_load(text) for text in (FULL, RICH)}


def mutant(lots: Random) -> bytes:
    """One file, changed in one to four places."""
    text = lots.choice((FULL, FULL, RICH))
    times = lots.choice((1, 1, 1, 2, 4))
    if lots.random() < 0.35:
        damaged = text.encode()
        for _ in range(times):
            damaged = _damaged(damaged, lots)
        return damaged
    tree = copy.deepcopy(_TREES[text])
    for _ in range(times):
        _changed(tree, lots)
    written = yaml.safe_dump(
        tree, allow_unicode=True, sort_keys=False, default_flow_style=lots.choice((None, False, True))
    )
    return _doubled(str(written), lots).encode("utf-8", "surrogatepass")


def _places(tree: object) -> list[tuple[object, object]]:
    """Every (what holds it, key or number) of a tree."""
    found: list[tuple[object, object]] = []
    todo = [tree]
    while todo:
        each = todo.pop()
        inside = each.items() if isinstance(each, dict) else enumerate(each) if isinstance(each, list) else ()
        for key, value in inside:
            found.append((each, key))
            todo.append(value)
    return found


def _changed(tree: object, lots: Random) -> None:
    """A key dropped, misspelt, moved, added; a value of another type, or one that stands elsewhere."""
    places = _places(tree)
    if not places:
        return
    holder, key = lots.choice(places)
    assert isinstance(holder, dict | list)
    value = holder[key]  # type: ignore[call-overload]
    match lots.choice(("drop", "misspell", "odd", "odd", "odd", "move", "add", "wrap", "swap", "more")):
        case "drop":
            del holder[key]  # type: ignore[call-overload, arg-type]
        case "misspell" if isinstance(holder, dict):
            del holder[key]
            holder[_misspelt(str(key), lots)] = value
        case "move":
            del holder[key]  # type: ignore[call-overload, arg-type]
            _put(lots.choice(places)[0], key, value)
        case "add":
            _put(holder, lots.choice(KEYS), copy.deepcopy(lots.choice(_ODD)))
        case "wrap":
            holder[key] = lots.choice(([value], {"a": value}, {str(key): value}))  # type: ignore[call-overload]
        case "swap":
            other, place = lots.choice(places)
            holder[key] = copy.deepcopy(other[place])  # type: ignore[call-overload, index]
        case "more":
            _put(holder, f"{key}_file", copy.deepcopy(lots.choice(_ODD)))
        case _:
            holder[key] = copy.deepcopy(lots.choice(_ODD))  # type: ignore[call-overload]


def _put(holder: object, key: object, value: object) -> None:
    if isinstance(holder, dict):
        holder[key] = value
    elif isinstance(holder, list):
        holder.append(value)


def _misspelt(key: str, lots: Random) -> str:
    at = lots.randrange(len(key) + 1)
    return lots.choice(
        (key[:at] + key[at + 1 :], key[:at] + "x" + key[at:], key.upper(), f" {key}", key + "s", key[::-1])
    )


def _doubled(text: str, lots: Random) -> str:
    """Now and then with a line twice."""
    lines = text.splitlines(keepends=True)
    if lines and lots.random() < 0.15:
        at = lots.randrange(len(lines))
        lines.insert(at, lines[at])
    return "".join(lines)


def _damaged(text: bytes, lots: Random) -> bytes:
    """Bytes changed, lost, put in, moved; lines lost, doubled, indented, brought out of their comments."""
    at, upto = sorted(lots.randrange(len(text) + 1) for _ in range(2))
    lines = text.splitlines(keepends=True) or [b""]
    line = lots.randrange(len(lines))
    match lots.choice(("in", "in", "flip", "lose", "cut", "twice", "indent", "uncomment", "uncomment", "line")):
        case "in":
            return text[:at] + lots.choice(_BYTES) + text[at:]
        case "flip" if text:
            return text[: at - 1] + bytes([lots.randrange(256)]) + text[at:]
        case "lose":
            return text[:at] + text[min(upto, at + 40) :]
        case "cut":
            return text[:at]
        case "indent":
            lines[line] = lots.choice((b" ", b"  ", b"\t", "\u00a0".encode())) + lines[line]
        case "uncomment":
            commented = [
                number for number, each in enumerate(lines) if each.lstrip().startswith(b"# ") and b":" in each
            ]
            if commented:
                number = lots.choice(commented)
                lines[number] = lines[number].replace(b"# ", b"", 1)
        case "twice":
            lines.insert(lots.randrange(len(lines)), lines[line])
        case _:
            del lines[line]
    return b"".join(lines)
