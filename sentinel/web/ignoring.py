"""Ignores an account on behalf of a program or a person and says so on the incident's timeline; shared by API and
pages.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sentinel.errors import NoSuchIncident
from sentinel.incidents.annotations import AccountIgnored
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.mention import NOBODY, Mention
from sentinel.playbooks.escape import plain
from sentinel.web.annotating import say
from sentinel.web.ports.ports import Ports

LASTS = timedelta(days=30)
"""What the button on the incident's page asks for."""
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnorableAccount:
    """The author of a mention as `AuthorIgnore` takes it: by the id where there is one, for handles change hands."""

    who: str
    name: str
    source: str

    @classmethod
    def of(cls, mention: Mention) -> "IgnorableAccount | None":
        """``None`` where nobody is named."""
        author = mention.author or NOBODY
        handle = f"@{author.handle.removeprefix('@')}" if author.handle else ""
        who = author.id or handle
        if not who:
            return None
        return cls(who=who, name=plain(handle or author.name or who, NAME_LENGTH), source=mention.source)


async def ignore_account(
    ports: Ports,
    account: IgnorableAccount,
    *,
    brands: tuple[str, ...],
    by: str,
    incident: str | None,
    lasts: timedelta = LASTS,
    reason: str | None = None,
) -> AuthorIgnore:
    """From the next mention on; returns once it is on disk.

    Raises
    ------
    StoreFailing
        When it cannot be written; then the account counts as before.
    """
    made = await ports.author_ignores.make(
        account.who,
        name=account.name,
        brands=brands,
        lasts=lasts,
        by=by,
        source=account.source or None,
        reason=reason,
        incident=incident,
    )
    await _tell(ports, made, by, ignored=True)
    return made


async def hear_again(ports: Ports, name: str, by: str) -> AuthorIgnore | None:
    """Count the account again; ``None`` when there is no such choice."""
    known = next((each for each in ports.author_ignores.all() if each.id == name), None)
    ended = await ports.author_ignores.end(name)
    if ended is not None and ended != known:
        await _tell(ports, ended, by, ignored=False)
    return ended


async def _tell(ports: Ports, ignore: AuthorIgnore, by: str, *, ignored: bool) -> None:
    if ignore.incident is not None:
        with suppress(NoSuchIncident):  # it may be older than what is kept
            until = f" → {ignore.ends_at:%Y-%m-%d}" if ignored else ""
            await say(
                ports,
                AccountIgnored(incident=ignore.incident, by=by, name=f"{ignore.name}{until}", ignored=ignored),
            )
