"""Ignored accounts as a page shows them: those that people chose, which can be heard again, and those of the file."""

from dataclasses import dataclass
from datetime import datetime

from sentinel.config.ignore import IgnoreSettings
from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredAccountRow:
    """One account: of which brands (none: all), until when (never: for good), why, and who chose it.

    ``id`` is empty for what stands in the file.
    """

    id: str
    name: str
    brands: tuple[str, ...]
    until: datetime | None
    reason: str
    by: str
    source: str


def ignored_accounts(ports: Ports, words: Words) -> list[IgnoredAccountRow]:
    """Those that are ignored now, those that people chose first."""
    config, now = ports.config(), words.now
    rows = [
        IgnoredAccountRow(
            id=each.id,
            name=each.name,
            brands=each.brands,
            until=each.ends_at,
            reason=each.reason or "",
            by=person(config, each.by) or each.by,
            source=each.source or "",
        )
        for each in ports.author_ignores.all()
        if each.ends_at > now
    ]
    written: list[tuple[tuple[str, ...], IgnoreSettings]] = [((), each) for each in config.ignore]
    written += [((brand.name,), each) for brand in config.brands for each in brand.ignore]
    for brands, entry in written:
        account = entry.account(config.zone)
        if account.until is None or account.until > now:
            rows.append(
                IgnoredAccountRow(
                    id="", name=entry.who, brands=brands, until=account.until, reason=entry.because, by="", source=""
                )
            )
    return rows
