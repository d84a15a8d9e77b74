"""Sixty brands in ten files: included files and templates make one configuration, and a mistake is named where it was
written.
"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.assembly.active_config import ActiveConfig
from sentinel.cli.main import app
from sentinel.config.loader import examine, load
from sentinel.config.schema import Config
from sentinel.config.shown import shown_yaml
from sentinel.errors import ConfigError

MAIN = """x-own: &own ["@agency"]
include: ["brands/*.yaml"]
language: es
templates:
  client:
    own: *own
    policy: night
    thresholds: {watch: 30, alert: 50}
    match: {languages: [es], none: [concurso]}
contacts: {ana: {channels: ["log://"]}}
policies: {night: {steps: [{notify: [ana]}]}}
"""


def sixty(folder: Path) -> Path:
    """A main file, and ten files of six brands."""
    (folder / "brands").mkdir()
    for file in range(10):
        brands = "".join(
            f"  - {{name: Marca {file * 6 + each}, template: client, match: {{any: ['marca{file * 6 + each}']}}}}\n"
            for each in range(6)
        )
        (folder / "brands" / f"{file}.yaml").write_text(f"brands:\n{brands}", encoding="utf-8")
    return write(folder, MAIN)


def write(folder: Path, text: str, name: str = "s.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    """What is said, with the folder left out."""
    try:
        found = examine(path, environment or {}).problems
    except ConfigError as error:
        found = error.problems
    return [each.replace(f"{path.parent}/", "") for each in found]


def test_sixty_brands_are_one_configuration(tmp_path: Path) -> None:
    """Brands come in the order of the files; what one leaves out is its template's."""
    config = load(sixty(tmp_path), {})
    assert [brand.name for brand in config.brands] == [f"Marca {number}" for number in range(60)]
    last = config.brands[-1]
    assert (last.own, last.policy, last.match.any) == (("@agency",), "night", ("marca59",))
    assert (last.match.languages, last.match.none) == (("es",), ("concurso",)), "keys and values are merged"
    assert (last.thresholds and last.thresholds.alert, last.thresholds and last.thresholds.crisis) == (50, 80)


def test_lists_and_fields_of_the_brand_win(tmp_path: Path) -> None:
    """A list is the brand's own or the template's, never both."""
    path = write(
        tmp_path,
        "templates: {t: {match: {any: [a1, a2], none: [b1]}, thresholds: {watch: 20, alert: 40, crisis: 60}}}\n"
        "brands: [{name: Acme, template: t, match: {any: [acme]}, thresholds: {alert: 45}}]\n",
    )
    brand = load(path, {}).brands[0]
    assert (brand.match.any, brand.match.none) == (("acme",), ("b1",))
    assert brand.thresholds is not None
    assert (brand.thresholds.value.alert, brand.thresholds.value.crisis) == (45, 60)


def test_mistakes_are_named_by_file_line_column_and_key(tmp_path: Path) -> None:
    """Each where it was written, whoever it makes wrong; that of a template once, not sixty times."""
    path = sixty(tmp_path)
    write(tmp_path, MAIN.replace("policy: night", "policy: nigth").replace("alert: 50", "alert: 500"))
    write(tmp_path, "brands:\n  - name: Uno\n    mach: {}\n    template: cliente\n", "brands/a.yaml")
    write(
        tmp_path, "brands:\n  - {name: Dos, policy: night, competitors: [Uno, Tres]}\nweb: {port: 1}\n", "brands/b.yaml"
    )
    said = problems(path)
    assert [each.split(": ")[:2] for each in said] == [
        ["s.yaml:7:5", "templates.client.policy"],
        ["s.yaml:8:29", "templates.client.thresholds.alert"],
        ["brands/a.yaml:3:5", "brands.0.mach"],
        ["brands/a.yaml:4:5", "brands.0.template"],
        ["brands/b.yaml:2:51", "brands.0.competitors.1"],
        ["brands/b.yaml:3:1", "web"],
    ]
    assert said[3].endswith("unknown template 'cliente'; did you mean 'client'?")
    assert "unknown section of an included file 'web'; allowed: areas, brands, calendars" in said[5]


@pytest.mark.parametrize(
    ("included", "expected"),
    [
        (
            "brands: [{name: acme}]\n",
            "m/a.yaml:1:11: brands.0.name: 'acme' is the name of brand 1 as well (s.yaml:2:11); names must differ",
        ),
        (
            "contacts:\n  ana: {channels: ['log://']}\n",
            "m/a.yaml:2:3: contacts.ana: is written in s.yaml:3:12 as well; keep one",
        ),
        ("brands: {name: Acme}\n", "m/a.yaml:1:1: brands: expected a list, as in the main file"),
        ("contacts: [ana]\n", "m/a.yaml:1:1: contacts: expected keys and values, as in the main file"),
        ("brands: [\n", "m/a.yaml:2:1: not YAML: expected the node content, but found '<stream end>'"),
        ("brands: [{name: Eco, own: [a1], own: [b1]}]\n", "m/a.yaml:1:22: brands.0.own: is written twice"),
        (
            "contacts: {luis: {channels_file: gone.txt}}\n",
            "m/a.yaml:1:19: contacts.luis.channels_file: m/gone.txt cannot be read: No such file",
        ),
        ("brands: [{name: '${GONE}'}]\n", "m/a.yaml:1:11: brands.0.name: the environment has no GONE"),
    ],
)
def test_what_goes_wrong_in_an_included_file(tmp_path: Path, included: str, expected: str) -> None:
    """It is said of that file; where two places are at odds, both are said."""
    main = "include: [m/*.yaml]\nbrands: [{name: Acme}]\ncontacts: {ana: {channels: ['log://']}}\n"
    path = write(tmp_path, main)
    write(tmp_path, included, "m/a.yaml")
    said = problems(path)
    assert [each[: len(expected)] for each in said] == [expected]


def test_a_pattern_that_names_no_file_is_a_mistake(tmp_path: Path) -> None:
    """A folder that was renamed must not empty the watch list in silence."""
    path = write(tmp_path, "include: [gone/*.yaml]\nbrands: [{name: Acme}]\n")
    assert problems(path)[0].startswith("s.yaml:1:11: include.0: 'gone/*.yaml' is no file under")


def test_a_file_is_taken_once_and_the_main_one_never(tmp_path: Path) -> None:
    """Patterns may overlap."""
    path = write(tmp_path, "include: ['*.yaml', 'a.yaml']\nbrands: [{name: Acme}]\n")
    write(tmp_path, "brands: [{name: Eco}]\n", "a.yaml")
    assert [brand.name for brand in load(path, {}).brands] == ["Acme", "Eco"]


def test_secrets_work_and_stay_hidden(tmp_path: Path) -> None:
    """References and files beside the included file count, and are shown nowhere."""
    path = write(tmp_path, "include: [m/*.yaml]\ntemplates: {t: {own: ['${OWN}']}}\n")
    write(tmp_path, "ntfys://secret-topic\n", "m/ana.txt")
    write(
        tmp_path,
        "brands: [{name: Acme, template: t}]\ncontacts: {ana: {channels_file: ana.txt}}\n"
        "sources: {feed: {type: feeds, urls: ['${FEED}']}}\n",
        "m/a.yaml",
    )
    examined = examine(path, {"OWN": "@hidden_handle", "FEED": "https://feeds.example.com/hidden.xml"})
    assert examined.taken.contacts["ana"].channels[0].get_secret_value() == "ntfys://secret-topic"
    shown = shown_yaml(examined.taken, examined.hidden)
    assert [each for each in ("secret-topic", "hidden") if each in shown] == []


def test_keys_of_ones_own_hold_anchors(tmp_path: Path) -> None:
    """`x-…` keys are not read, and what is merged from them with `<<` counts."""
    path = write(
        tmp_path,
        "x-client: &client {policy: default, own: ['@a']}\nx-broken: '${thing}'\n"
        "brands:\n  - {<<: *client, name: Acme}\n  - {<<: *client, name: Eco, own: ['@b']}\n",
    )
    assert [brand.own for brand in load(path, {}).brands] == [("@a",), ("@b",)]


def test_a_reload_takes_included_files_in(tmp_path: Path) -> None:
    """What is read again is the main file with all that it names."""

    def url(config: Config) -> str:
        return "http://localhost"

    path = sixty(tmp_path)
    assert len(ActiveConfig.read(path, url).config.brands) == 60
    write(tmp_path, "brands: [{name: Nueva, template: client}]\n", "brands/nueva.yaml")
    (tmp_path / "brands" / "9.yaml").unlink()
    newer = ActiveConfig.read(path, url)
    assert [each.brand.name for each in newer.setup.brands][-2:] == ["Marca 53", "Nueva"]


def test_check_config_lists_included_files(tmp_path: Path) -> None:
    """Whoever asks sees which files counted; standard output stays `ok`."""
    done = CliRunner().invoke(app, ["check-config", "-c", str(sixty(tmp_path))])
    assert (done.exit_code, done.stdout) == (0, "ok\n"), done.output
    assert done.stderr.count("included: ") == 10
    assert f"included: {tmp_path}/brands/3.yaml (brands: 6)" in done.stderr
