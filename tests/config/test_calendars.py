"""Calendars in the configuration: the page's own example, where an address comes from, and who may see it."""

from pathlib import Path

from sentinel.assembly.event_calendars import event_calendars
from sentinel.config.loader import load

PAGE = (Path(__file__).parents[2] / "docs" / "calendars.md").read_text(encoding="utf-8")
SECRET = "https://club.example/private-7f3a/x.ics"


def test_the_page_shows_a_configuration_that_loads(tmp_path: Path) -> None:
    """One calendar of Acme and one of everybody."""
    path = tmp_path / "c.yaml"
    path.write_text(PAGE.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    matches, holidays = event_calendars(load(path, {}))
    assert [matches.concerns(brand) for brand in ("Acme", "Zeta")] == [True, False]
    assert holidays.concerns("Zeta")
    assert matches.tail > holidays.tail


def test_an_address_is_a_secret_wherever_it_comes_from(tmp_path: Path) -> None:
    """From the environment or a file of its own; webcal is https; it is never shown."""
    (tmp_path / "a").write_text(SECRET.replace("https", "webcal") + "\n", encoding="utf-8")
    path = tmp_path / "c.yaml"
    path.write_text(
        "brands: [{name: Acme}]\ncalendars:\n"
        f"  - {{name: one, address: '${{ICS}}'}}\n  - {{name: two, address_file: {tmp_path}/a}}\n",
        encoding="utf-8",
    )
    config = load(path, {"ICS": SECRET})
    assert [each.url for each in config.calendars] == [SECRET, SECRET]
    assert "7f3a" not in repr(config)
