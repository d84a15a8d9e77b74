"""``sentinel report`` against a daemon that stands still: to the screen, to a file, in every form."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sentinel.cli.main import app
from tests.web.stand import Stand
from tests.web.test_reports import with_reports

runner = CliRunner()
SETTINGS = "language: es\nbrands: [{name: Acme}, {name: Zeta}]\n"


async def report(stand: Stand, folder: Path, *command: str, settings: str = SETTINGS) -> Result:
    """The command as a person gives it, beside the daemon it asks."""
    config = folder / "s.yaml"
    config.write_text(settings, encoding="utf-8")
    async with stand.client() as client:
        return await asyncio.to_thread(runner.invoke, app, ["report", *command, "-c", str(config), "--url", client.url])


async def test_an_incident_as_markdown(tmp_path: Path) -> None:
    """On standard output, ready for a wiki."""
    stand, name = with_reports()
    told = await report(stand, tmp_path, "incident", name)
    assert told.exit_code == 0
    assert told.stdout.startswith("# Informe del incidente: Acme, crisis\n")
    assert told.stdout.endswith("\n")
    assert not told.stdout.endswith("\n\n")


async def test_a_week_into_a_file(tmp_path: Path) -> None:
    """A page of its own, in the language that is asked for."""
    stand, _ = with_reports()
    file = tmp_path / "week.html"
    told = await report(
        stand,
        tmp_path,
        "weekly",
        "--brand",
        "Acme",
        "--of",
        "2026-W10",
        "--format",
        "html",
        "--lang",
        "en",
        "-o",
        str(file),
    )
    assert (told.exit_code, told.stdout) == (0, "")
    assert "<title>Acme: week of 2–8 March 2026 · Sentinel</title>" in file.read_text(encoding="utf-8")


async def test_the_newest_month_of_the_only_brand(tmp_path: Path) -> None:
    """Neither brand nor month need be said; facts as JSON."""
    stand, _ = with_reports()
    told = await report(stand, tmp_path, "monthly", "--format", "json", settings="brands: [{name: Acme}]\n")
    assert json.loads(told.stdout)["period"] == "2026-02"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("weekly",), "--brand: missing, and there are several: Acme, Zeta"),
        (("weekly", "--brand", "Acme", "--of", "2026-03"), "'2026-03' is no week; write one such as 2026-W11"),
        (("monthly", "--brand", "Acme", "--of", "march"), "'march' is no month"),
        (("weekly", "--brand", "Nobody"), "answers 404: brand 'Nobody' is not watched"),
        (("incident", "nope"), "answers 404: incident 'nope' is not known"),
        (("weekly", "--brand", "Acme", "-o", "/nowhere/at/all.md"), "/nowhere/at/all.md: No such file or directory"),
    ],
)
async def test_mistakes_say_what_and_how(tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    """The thing, the value and the fix."""
    stand, _ = with_reports()
    assert said in str((await report(stand, tmp_path, *command)).exception)


async def test_without_a_daemon(tmp_path: Path) -> None:
    """It says how to start one."""
    config = tmp_path / "s.yaml"
    config.write_text(SETTINGS, encoding="utf-8")
    told = runner.invoke(app, ["report", "incident", "x", "-c", str(config), "--url", "http://127.0.0.1:9"])
    assert "start it with `sentinel run`" in str(told.exception)
