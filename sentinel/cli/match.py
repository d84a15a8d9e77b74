"""``sentinel match``: what each brand takes of a recording and what it misses, by term, with samples."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sentinel.assembly.build import engine_setup
from sentinel.cli.options import ConfigFile
from sentinel.config.loader import load
from sentinel.harmless import one_line
from sentinel.matching.explanation import MatchExplainer, MatchReason
from sentinel.mention import Mention
from sentinel.sources.lines import BadLine, read_mentions

_WIDTH = 100
"""Characters of a sample that are shown."""


@dataclass(slots=True)
class _Tally:
    """How often, and the first texts."""

    mentions: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, text: str, most: int) -> None:
        self.mentions += 1
        shown = " ".join(text.split())
        if len(self.samples) < most and shown not in self.samples:
            self.samples.append(shown)


Tallies = dict[tuple[int, MatchReason, str], _Tally]


def match(
    mentions: Annotated[
        str, typer.Argument(metavar="FILE.jsonl", help="Recording, may be gzipped; - reads standard input.")
    ],
    config: ConfigFile = Path("config/sentinel.yaml"),
    samples: Annotated[int, typer.Option(min=0, max=50, help="Texts shown for each term.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a term instead of a table.")] = False,
) -> None:
    """Show what each brand takes of a recording and what it nearly takes, by term, with samples.

    Reasons for not taking: another term rules the mention out, the term is inside a longer word, its capitals or the
    words that must stand near are not there, the mention's language or source is not the brand's.
    """
    brands = [each.brand for each in engine_setup(load(config)).brands]
    explainer = MatchExplainer(brands)
    tallies: Tallies = defaultdict(_Tally)
    total, unmatched = 0, 0
    for mention in _good(mentions):
        total += 1
        found = list(explainer.explain(mention))
        unmatched += not any(each.reason is MatchReason.TAKEN for each in found)
        for each in found:
            tallies[each.brand, each.reason, each.term].add(_title(mention), samples)
    names = [brand.name for brand in brands]
    if as_json:
        for key, tally in _sorted(tallies):
            typer.echo(msgspec.json.encode(_row(names, key, tally)).decode())
        return
    console = Console()
    console.print(_table(names, tallies))
    console.print(f"{total:,} mentions, {unmatched:,} about no brand", highlight=False)


def _good(path: str) -> Iterator[Mention]:
    for item in read_mentions(path):
        if isinstance(item, BadLine):
            typer.echo(f"{path}:{item.line}: {item.error}", err=True)
        else:
            yield item


def _title(mention: Mention) -> str:
    return one_line(f"{mention.title}: {mention.text}" if mention.title else mention.text)


def _sorted(tallies: Tallies) -> list[tuple[tuple[int, MatchReason, str], _Tally]]:
    reasons = list(MatchReason)
    return sorted(tallies.items(), key=lambda item: (item[0][0], reasons.index(item[0][1]), -item[1].mentions, item[0]))


def _row(names: list[str], key: tuple[int, MatchReason, str], tally: _Tally) -> dict[str, object]:
    brand, reason, term = key
    return {
        "brand": names[brand],
        "term": term,
        "reason": reason.value,
        "mentions": tally.mentions,
        "samples": tally.samples,
    }


def _table(names: list[str], tallies: Tallies) -> Table:
    table = Table("brand", "reason", "term", "mentions", "for example")
    said = {reason: reason.value.replace("_", " ") for reason in MatchReason}
    for (brand, reason, term), tally in _sorted(tallies):
        examples = "\n".join(escape(each[:_WIDTH] + ("…" if len(each) > _WIDTH else "")) for each in tally.samples)
        table.add_row(escape(names[brand]), said[reason], escape(term), f"{tally.mentions:,}", examples)
    return table
