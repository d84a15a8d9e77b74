"""``sentinel model``: correct the sentiment model of the running daemon, list its versions, go back to one."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.cli.asking import Url, ask
from sentinel.cli.local_time import minutes
from sentinel.cli.options import ConfigFile
from sentinel.cli.teach import teach

app = typer.Typer(
    help="The sentiment model of the running daemon: what it learnt, and how to undo it.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option(help="Who you are: a contact's key, or a name.", envvar="SENTINEL_USER")]
Meaning = Annotated[str, typer.Argument(metavar="LABEL", help="negative, neutral or positive.")]
DEFAULT = Path("config/sentinel.yaml")
app.command("teach")(teach)


@app.command("list")
def list_(config: ConfigFile = DEFAULT, url: Url = None, json: AsJson = False) -> None:
    """The versions that can serve, oldest first; 0 is the seed."""
    answer = ask(config, url, "GET", "/api/v1/model")
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    said, zone = minutes(config)
    table = Table("version", f"since ({zone})", "lessons", "exam", "")
    for each in answer["versions"]:
        since = said(each["at"]) if each["at"] else "shipped"
        table.add_row(
            str(each["number"]),
            since,
            str(each["lessons"]),
            f"{each['right']:.0%}",
            "serving" if each["serving"] else "",
        )
    console = Console()
    console.print(table)
    if answer["failures"]:
        console.print(f"{answer['failures']} batches of lessons did not pass the exam and were unlearnt")
    if answer["suspended"]:
        console.print(f"not heard for a while, too many doubtful labels: {', '.join(answer['suspended'])}")


@app.command("rollback")
def roll_back(
    version: Annotated[int, typer.Argument(min=0, help="A version that `list` shows.")],
    by: By,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Serve an earlier version again, and forget what was learnt after it."""
    ask(config, url, "POST", "/api/v1/model/rollback", {"version": version, "by": by})
    typer.echo(f"version {version} serves again")


@app.command("label")
def label(
    meaning: Meaning,
    text: Annotated[str, typer.Argument(help="The mention's text.")],
    by: By,
    lang: Annotated[str | None, typer.Option(help="Its language: es, en, pt, gl, ca, fr, it, de.")] = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Tell the model what a text means; ten such lessons that pass the exam make a new version."""
    answer = ask(config, url, "POST", "/api/v1/labels", {"text": text, "label": meaning, "by": by, "lang": lang})
    typer.echo(f"noted: {answer['label']}; the model says {answer['said']}")
