"""Schedules and roles in the configuration: what they become, what is wrong with them, what is warned of."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.build import policies, roster
from sentinel.cli.main import app
from sentinel.config.loader import load
from sentinel.escalation.lint import lint
from sentinel.escalation.restriction import Restriction
from sentinel.escalation.rotation import Unit
from tests.config.schema import validator
from tests.config.test_mistakes import mistakes
from tests.escalation.rotas import FRI, SAT, SUN, clock, utc

DOCUMENT = Path(__file__).parents[2] / "docs" / "oncall.md"
BASE = "brands: [{name: Acme}]\ncontacts: {ana: {channels: ['json://h']}, luis: {channels: ['json://h']}}\n"


def documented() -> str:
    """The example of the page on schedules."""
    return DOCUMENT.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]


def written(folder: Path, text: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def a_file(schedule: str, rest: str = "") -> str:
    return f"{BASE}schedules: {{g: {schedule}}}\n{rest}"


def test_the_documented_example(tmp_path: Path) -> None:
    """It loads, fits the schema, is warned of nothing, and pages whom the page says."""
    path = written(tmp_path, documented())
    validator().validate(yaml.safe_load(documented()))
    config = load(path, {})
    people = roster(config).people
    assert people("community_manager", utc("2026-01-05 08:00")) == ("ana",)
    assert people("community_manager", utc("2026-01-05 07:59")) == ()
    assert people("guardia", utc("2026-01-12 08:00")) == ("luis",)
    assert people("guardia", utc("2026-01-10 12:00")) == ("ana", "luis")
    assert people("guardia", utc("2026-12-24 17:00")) == ("cdo",)
    assert people("guardia", utc("2026-07-28 12:00")) == ("luis",)
    assert people("guardia", utc("2026-08-04 12:00")) == ("luis",)
    assert (
        list(lint(roster(config), policies(config), {"default"}, set(config.contacts), utc("2026-11-02 12:00"))) == []
    )


def test_what_is_written_is_what_is_meant(tmp_path: Path) -> None:
    """Turns, lengths, days and hours as the core has them; the zone is the file's unless the schedule has its own."""
    layer = "{people: [ana, [ana, luis]], every: 2w, weekday: sun, handoff: 2:30, starts: 2026-01-04}"
    night = "{people: [luis], every: 12h, restrict: [{days: [fri, sat], hours: 22:00 - 06:00}]}"
    text = a_file(
        f"{{layers: [{layer}, {night}]}}, h: {{timezone: America/Santiago, layers: [{{people: [ana]}}]}}",
        "timezone: Europe/Madrid\n",
    )
    schedules = roster(load(written(tmp_path, text), {})).schedules
    first, second = schedules["g"].layers
    assert (first.people, first.every, first.unit) == ((("ana",), ("ana", "luis")), 2, Unit.WEEK)
    assert (first.handoff, first.weekday, f"{first.starts}") == (clock("02:30"), SUN, "2026-01-04")
    assert (second.every, second.unit) == (12, Unit.HOUR)
    assert second.restrictions == (Restriction(weekdays=(FRI, SAT), starts=clock("22:00"), ends=clock("06:00")),)
    assert (schedules["g"].timezone, schedules["h"].timezone) == ("Europe/Madrid", "America/Santiago")


def test_an_override_starts_at_the_first_and_ends_at_the_last_of_two(tmp_path: Path) -> None:
    """Both of its walls stand in the doubled hour; and nobody is somebody who was chosen."""
    text = a_file(
        "{timezone: Europe/Madrid, layers: [{people: [ana]}], overrides: "
        "[{begin: 2026-10-25 02:10, end: 2026-10-25T02:20, who: []}]}"
    )
    (override,) = roster(load(written(tmp_path, text), {})).schedules["g"].overrides
    assert (override.starts_at, override.ends_at, override.contacts) == (
        utc("2026-10-25 00:10"),
        utc("2026-10-25 01:20"),
        (),
    )


def test_policies_keep_names_for_the_moment_a_step_fires(tmp_path: Path) -> None:
    """A schedule in a policy is still its name."""
    text = a_file(
        "{layers: [{people: [ana]}]}",
        "roles: {boss: [luis]}\npolicies: {default: {steps: [{notify: [g]}], catch_all: [boss]}}\n",
    )
    (policy,) = policies(load(written(tmp_path, text), {}))
    assert (policy.steps[0].notify, policy.catch_all) == (("g",), ("boss",))


def test_operators_are_whoever_is_on_call(tmp_path: Path) -> None:
    """Looked up when a source goes silent; while nobody is on call, the last resort is told."""
    rest = "policies: {default: {steps: [{notify: [g]}], catch_all: [luis]}}\n"
    path = written(tmp_path, a_file("{layers: [{people: [ana], restrict: [{days: [mon]}]}]}", rest))
    in_force = ActiveConfig.read(path, lambda _: "http://127.0.0.1")
    people = roster(in_force.config)
    assert in_force.operators(people, utc("2026-03-02 12:00")) == ("ana",)
    assert in_force.operators(people, utc("2026-03-03 12:00")) == ("luis",)


SPAN = "begin: 2026-01-01 10:00, end: 2026-01-02 10:00"
LAYERS = "layers: [{people: [ana]}]"
MISTAKES: list[tuple[str, str]] = [
    (a_file("{}"), "3:13: schedules.g.layers: is required"),
    (a_file("{layers: []}"), "schedules.g.layers: must not be empty"),
    (a_file("5"), "3:13: schedules.g: expected keys and values, got 5"),
    (a_file("{layers: [{}]}"), "schedules.g.layers.0.people: is required"),
    (a_file("{layers: [5]}"), "schedules.g.layers.0: expected keys and values, got 5"),
    (a_file("{layers: [{people: []}]}"), "schedules.g.layers.0.people: must not be empty"),
    (
        a_file("{layers: [{people: [[]]}]}"),
        "3:36: schedules.g.layers.0.people.0: expected a contact, or a list of contacts",
    ),
    (
        a_file("{layers: [{people: [5]}]}"),
        "schedules.g.layers.0.people.0: expected a contact, or a list of contacts, got 5",
    ),
    (
        a_file("{layers: [{people: [anna]}]}"),
        "3:36: schedules.g.layers.0.people.0: unknown contact 'anna'; did you mean 'ana'?",
    ),
    (
        a_file("{layers: [{people: [ana, [luis, zoe]]}]}"),
        "schedules.g.layers.0.people.1.1: unknown contact 'zoe'; allowed: ana, luis",
    ),
    (
        a_file("{layers: [{people: [ana], every: fortnight}]}"),
        "layers.0.every: 'fortnight' is no length of a turn; write day, week, or",
    ),
    (a_file("{layers: [{people: [ana], every: 0h}]}"), "layers.0.every: '0h' is no length of a turn"),
    (a_file("{layers: [{people: [ana], every: 12}]}"), "layers.0.every: expected text, got 12; put it in quotes"),
    (
        a_file("{layers: [{people: [ana], handoff: 25:00}]}"),
        "layers.0.handoff: '25:00' is no time of day; write one such as 09:00",
    ),
    (
        a_file("{layers: [{people: [ana], starts: 2026-02-30}]}"),
        "layers.0.starts: '2026-02-30' is no date; write one such as 2026-01-05",
    ),
    (a_file("{layers: [{people: [ana], starts: tomorrow}]}"), "layers.0.starts: 'tomorrow' is no date"),
    (
        a_file("{layers: [{people: [ana], weekday: lunes}]}"),
        "layers.0.weekday: expected 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', got",
    ),
    (
        a_file("{layers: [{people: [ana], every: day, weekday: mon}]}"),
        "layers.0: `weekday: mon` is for turns of weeks, and `every` is 'day'",
    ),
    (
        a_file("{layers: [{people: [ana], restrict: [{hours: 9-18}]}]}"),
        "restrict.0.hours: '9-18' are no hours; write them such as 09:00-18:00",
    ),
    (a_file("{layers: [{people: [ana], restrict: [{hours: nights}]}]}"), "restrict.0.hours: 'nights' are no hours"),
    (a_file("{layers: [{people: [ana], restrict: [{days: []}]}]}"), "restrict.0.days: must not be empty"),
    (a_file("{layers: [{people: [ana], restrict: [nights]}]}"), "restrict.0: expected keys and values, got text"),
    (
        a_file(f"{{timezone: Madrid, {LAYERS}}}"),
        "3:17: schedules.g.timezone: 'Madrid' is no IANA time zone; did you mean 'Europe/Madrid'?",
    ),
    (a_file(f"{{{LAYERS}, overrides: [{{{SPAN}}}]}}"), "overrides.0.who: is required"),
    (
        a_file(f"{{{LAYERS}, overrides: [{{{SPAN}, who: g}}]}}"),
        "overrides.0.who: unknown contact 'g'; allowed: ana, luis",
    ),
    (a_file(f"{{{LAYERS}, overrides: [{{{SPAN}, who: [ana, zoe]}}]}}"), "overrides.0.who.1: unknown contact 'zoe'"),
    (
        a_file(f"{{{LAYERS}, overrides: [{{{SPAN}, who: {{}}}}]}}"),
        "overrides.0.who: expected a contact, or a list of contacts",
    ),
    (a_file(f"{{{LAYERS}, overrides: [{{end: 2026-01-02 10:00, who: ana}}]}}"), "overrides.0.begin: is required"),
    (
        a_file(f"{{{LAYERS}, overrides: [{{{SPAN}, who: ana, begn: x}}]}}"),
        "overrides.0.begn: unknown key 'begn'; did you mean 'begin'?",
    ),
    (
        a_file(f"{{{LAYERS}, overrides: [{{begin: 2026-01-01, end: 2026-01-02 10:00, who: ana}}]}}"),
        "overrides.0.begin: '2026-01-01' is no date and",
    ),
    (
        a_file(f"{{{LAYERS}, overrides: [{{begin: 2026-01-02 10:00, end: 2026-01-02 10:00, who: ana}}]}}"),
        "overrides.0: `begin` 2026-01-02 10:00 must be before `end` 2026-01-02 10:00",
    ),
    (a_file(f"{{{LAYERS}, swaps: [{{{SPAN}}}]}}"), "swaps.0.between: is required"),
    (a_file(f"{{{LAYERS}, swaps: [{{{SPAN}, between: [ana]}}]}}"), "swaps.0.between: must have at least 2"),
    (
        a_file(f"{{{LAYERS}, swaps: [{{{SPAN}, between: [ana, ana]}}]}}"),
        "swaps.0.between: 'ana' is named twice; a swap is between two people",
    ),
    (a_file(f"{{{LAYERS}, swaps: [{{{SPAN}, between: [ana, zoe]}}]}}"), "swaps.0.between.1: unknown contact 'zoe'"),
    (
        f"{BASE}schedules: {{ana: {{{LAYERS}}}}}\n",
        "3:13: schedules.ana: 'ana' is a contact as well; contacts, schedules and roles share",
    ),
    (
        f"{BASE}schedules: {{a/b: {{{LAYERS}}}}}\n",
        "schedules.a/b: 'a/b' would not fit into an address; letters, digits, - and _",
    ),
    (f"{BASE}roles: {{ana: [luis]}}\n", "3:9: roles.ana: 'ana' is a contact as well"),
    (a_file(f"{{{LAYERS}}}", "roles: {g: [luis]}\n"), "4:9: roles.g: 'g' is a schedule as well"),
    (f"{BASE}roles: {{legal: []}}\n", "3:9: roles.legal: must not be empty"),
    (f"{BASE}roles: {{legal: ana}}\n", "3:9: roles.legal: expected a list, got 'ana'"),
    (f"{BASE}roles: {{legal: [zoe]}}\n", "3:17: roles.legal.0: unknown contact or schedule 'zoe'; allowed: ana, luis"),
    (
        f"{BASE}roles: {{legal: [ana], cdo: [legal]}}\n",
        "roles.cdo.0: 'legal' is a role; a role names contacts and schedules",
    ),
    (
        a_file(f"{{{LAYERS}}}", "roles: {legal: [ana]}\npolicies: {default: {steps: [{notify: [legl]}]}}\n"),
        "5:40: policies.default.steps.0.notify.0: unknown contact, schedule or role 'legl'; did you mean 'legal'?",
    ),
    (
        a_file(f"{{{LAYERS}}}", "policies: {default: {steps: [{notify: [g]}], catch_all: [h]}}\n"),
        "policies.default.catch_all.0: unknown contact, schedule or role 'h'",
    ),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_one_mistake(tmp_path: Path, text: str, said: str) -> None:
    """One mistake, one line; an editor's schema refuses what it can tell by itself."""
    found = mistakes(tmp_path, text)
    assert len(found) == 1, found
    assert said in found[0], found[0]


def test_a_faulty_schedule_is_one_mistake_wherever_it_is_named(tmp_path: Path) -> None:
    """What only follows from another mistake is not said, and what is wrong beside it is."""
    rest = "roles: {legal: 5}\npolicies: {default: {steps: [{notify: [g]}, {notify: [legal, zoe]}]}}\n"
    found = mistakes(tmp_path, a_file("{layers: [{people: [ana], every: x}], overrides: [5]}", rest))
    assert [line.split(": ")[1] for line in found] == [
        "schedules.g.layers.0.every",
        "schedules.g.overrides.0",
        "roles.legal",
        "policies.default.steps.1.notify.1",
    ]


WARNINGS: list[tuple[str, list[str]]] = [
    (a_file("{layers: [{people: [ana, luis]}]}"), []),
    (BASE, []),
    (
        a_file("{layers: [{people: [ana], starts: 2999-01-01}]}"),
        ["3:13: schedules.g: warning: nobody is on call in the next 90 days from"],
    ),
    (
        a_file("{layers: [{people: [nas]}]}").replace("contacts: {", "contacts: {nas: {channels: ['log://']}, "),
        ["3:13: schedules.g: warning: 'nas' is on call from"],
    ),
    (
        BASE
        + (
            "policies: {default: {steps: [{notify: [ana]}, {notify: [ana], "
            "after: 5m}]}, gold: {steps: [{notify: [luis]}]}}\n"
        ),
        ["3:77: policies.gold: warning: no brand uses policy 'gold'"],  # the same person twice, by name, is meant
    ),
    (
        a_file("{layers: [{people: [ana]}]}")
        + "policies: {default: {steps: [{notify: [ana]}, {notify: [g], after: 5m}]}}\n",
        ["4:47: policies.default.steps.1: warning: pages only 'ana', whom"],
    ),
]


@pytest.mark.parametrize(("text", "said"), WARNINGS)
def test_what_lies_ahead_is_warned_of(tmp_path: Path, text: str, said: list[str]) -> None:
    """On standard error with its place; the answer is ok all the same.

    Of defaults that nobody wrote nothing is said.
    """
    path = written(tmp_path, text)
    ended = CliRunner().invoke(app, ["check-config", "-c", str(path)])
    assert (ended.exit_code, ended.stdout) == (0, "ok\n")
    lines = ended.stderr.splitlines()
    assert len(lines) == len(said), lines
    for line, part in zip(lines, said, strict=True):
        assert line.startswith(f"{path}:{part}"), line


def test_mistakes_come_before_warnings(tmp_path: Path) -> None:
    """Of a file that is wrong only what is wrong is said."""
    path = written(tmp_path, a_file("{layers: [{people: [zoe], starts: 2999-01-01}]}"))
    ended = CliRunner().invoke(app, ["check-config", "-c", str(path)])
    assert (ended.exit_code, ended.stderr) == (2, "")
    assert "unknown contact 'zoe'" in ended.stdout


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("{layers: [{people: [ana, [ana, luis]], every: 12h, handoff: '9:00', starts: '2026-01-05'}]}", True),
        ("{layers: [{people: [[]]}]}", False),
        ("{layers: [{people: [ana], every: 0w}]}", False),
        ("{layers: [{people: [ana], every: '${EVERY}'}]}", True),
        ("{layers: [{people: [ana], handoff: '24:00'}]}", False),
        ("{layers: [{people: [ana], restrict: [{days: [mon], hours: '22:00-06:00'}]}]}", True),
        ("{layers: [{people: [ana], restrict: [{hours: '22-6'}]}]}", False),
        (
            "{layers: [{people: [ana]}], overrides: [{begin: '2026-12-24 18:00', end: '2026-12-26T09:00', who: []}]}",
            True,
        ),
        (
            "{layers: [{people: [ana]}], overrides: [{from: '2026-12-24 18:00', end: '2026-12-26T09:00', who: []}]}",
            False,
        ),
        (
            (
                "{layers: [{people: [ana]}], swaps: [{begin: '2026-12-24 "
                "18:00', end: '2026-12-26 09:00', between: [ana]}]}"
            ),
            False,
        ),
    ],
)
def test_the_schema_says_what_the_loader_says(text: str, fits: bool) -> None:
    """An editor marks what the daemon would refuse, and not what it takes."""
    assert validator().is_valid(yaml.safe_load(a_file(text))) is fits
