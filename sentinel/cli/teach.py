"""``sentinel model teach``: ten minutes of one key a post teach the model a brand's own words."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from sentinel.assembly.build import engine_setup
from sentinel.cli.asking import Url, ask
from sentinel.cli.history import read_history
from sentinel.cli.options import ConfigFile
from sentinel.cli.serving_model import read_learning
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.harmless import one_line
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.sentiment.doubt import Doubt, Post, most_doubted
from sentinel.sentiment.sentiment import Label
from sentinel.sources.lines import BadLine, read_mentions

KEYS = {"n": Label.NEGATIVE, "u": Label.NEUTRAL, "p": Label.POSITIVE}
SKIP, QUIT = "s", "q"
HELP = "n negative · u neutral · p positive · s skip · q quit"


def teach(
    brand: Annotated[str, typer.Argument(help="Whose posts: a brand's name.")],
    by: Annotated[str, typer.Option(help="Who you are: a contact's key, or a name.", envvar="SENTINEL_USER")],
    mentions: Annotated[
        str | None, typer.Option(metavar="MENTIONS.jsonl", help="Default: the daemon's own history.")
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, max=300, help="Posts to ask about; a person may give 300 labels a day.")
    ] = 200,
    config: ConfigFile = Path("config/sentinel.yaml"),
    url: Url = None,
) -> None:
    """Show the posts of a brand that the model doubts most, one key each; ten labels that pass the exam make a new
    version.
    """
    settings = load(config)
    console = Console(highlight=False)
    with console.status("looking for the posts that it doubts most"):
        learning = asyncio.run(read_learning(settings))
        doubts = most_doubted(_posts(settings, brand, mentions), learning.serving, most)
    if not doubts:
        raise BadInput(f"nothing was heard of {brand} yet; give a recording, as in: --mentions MENTIONS.jsonl")
    console.print(f"version {learning.versions[-1].number} of the model doubts these {len(doubts)} posts most")
    given = 0
    for number, each in enumerate(doubts, 1):
        key = _asked(console, f"{number}/{len(doubts)}", each)
        if key == QUIT:
            break
        if key != SKIP:
            body = {"text": each.post.text, "label": KEYS[key], "by": by, "lang": each.post.lang}
            ask(config, url, "POST", "/api/v1/labels", body)
            given += 1
    console.print(f"{given} labels given; `sentinel model list` shows what came of them")


def _posts(settings: Config, brand: str, path: str | None) -> Iterator[Post]:
    """The brand's own posts, of a recording or of the daemon's history."""
    setup = engine_setup(settings)
    names = [each.brand.name for each in setup.brands]
    if brand not in names:
        raise BadInput(f"no brand is called {brand!r}; the configuration has {', '.join(names)}")
    matcher, wanted = Matcher([each.brand for each in setup.brands]), names.index(brand)
    for mention in _recorded(path) if path else asyncio.run(read_history(settings))[0]:
        if wanted in matcher.match(mention):
            yield Post(mention.whole_text, mention.lang)


def _recorded(path: str) -> Iterator[Mention]:
    if path == "-":
        raise BadInput("teach reads keys from the terminal; give it a file instead of -")
    for item in read_mentions(path):
        if not isinstance(item, BadLine):
            yield item


def _asked(console: Console, which: str, doubt: Doubt) -> str:
    """The key that was pressed, one of those that mean something; where no more keys come, that of quitting."""
    console.print()
    console.print(Text(one_line(doubt.post.text)))
    console.print(f"{which}, the model says {doubt.label} ({doubt.said.negative:.0%} negative). {HELP}", style="dim")
    while True:
        try:
            key = typer.getchar().lower() or QUIT
        except OSError:
            raise BadInput("teach reads one key a post from the terminal, and there is none; run it in one") from None
        if key in KEYS or key in (SKIP, QUIT):
            return key
