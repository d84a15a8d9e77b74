"""A mailbox: clippings and alerts that come by mail, one mention an article, as soon as they come."""

from datetime import timedelta
from email.utils import parseaddr
from hashlib import sha1
from typing import ClassVar

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.mention import EARLIEST, MAX_TEXT, Author, Kind, Mention
from sentinel.sources.base import Batch, Inlet, Reason, Source
from sentinel.sources.imap_client import Folder, ImapClient, Refused, connect
from sentinel.sources.mail_articles import Mailed, MailedArticle, read_mail

SOONEST = 30.0
"""Seconds between two looks where the server does not tell of new mails."""


class ImapSettings(SourceSettings):
    """Clippings and alerts that come to a mailbox."""

    host: str = Field(examples=["imap.example.com"])
    """The mail server."""
    port: int = Field(993, ge=1, le=65535)
    """Its port."""
    tls: bool = True
    """Off only for a server on this machine."""
    user: str = Field(examples=["clippings@example.com"])
    """The mailbox's name."""
    password: SecretStr = Field(examples=["secret"])
    """Its password, or one made for Sentinel (app password)."""
    folder: str = "INBOX"
    """The folder that is read; nothing in it is changed, not even what is unread."""
    senders: tuple[str, ...] = Field(default=(), examples=[["googlealerts-noreply@google.com"]])
    """Only mails of these addresses or domains. Default: all."""
    every: Interval = timedelta(minutes=10)
    """How often to look where the server does not tell of new mails, and that it is still there where it does."""


class Mailbox(msgspec.Struct, omit_defaults=True):
    """The newest mail that was read, by the folder's own numbers, and what these belong to."""

    validity: int = 0
    newest: int = 0


class ImapSource(Source[ImapSettings]):
    """Clippings and alerts that come to a mailbox: one mention an article, as soon as they come."""

    settings_model = ImapSettings
    default_silence: ClassVar[timedelta | None] = timedelta(hours=1)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=2)

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read what is new, wait for more, until the connection breaks."""
        state = _restored(cursor)
        name = f"{self.settings.host}:{self.settings.port}"
        async with connect(self.settings.host, self.settings.port, tls=self.settings.tls) as client:
            try:
                await client.sign_in(self.settings.user, self.settings.password.get_secret_value())
            except Refused as error:
                raise SourceError(
                    f"{name} does not believe the password ({_shown(error)}); make a new one for Sentinel and put it "
                    "into `password`",
                    permanent=True,
                ) from None
            try:
                await self._follow(client, inlet, state)
            except Refused as error:
                raise SourceError(f"{name} refuses: {_shown(error)}; check `folder`", permanent=True) from None

    async def _follow(self, client: ImapClient, inlet: Inlet, state: Mailbox) -> None:
        every = max(SOONEST, self.settings.every.total_seconds())
        folder = await client.open(self.settings.folder)
        while True:
            await self._read(client, folder, inlet, state)
            inlet.alive()
            if not await client.wait(every):
                await self.clock.sleep(every)

    async def _read(self, client: ImapClient, folder: Folder, inlet: Inlet, state: Mailbox) -> None:
        if state.validity != folder.validity:  # its numbers are others now: a day is read again, and known as known
            state.validity, state.newest = folder.validity, 0
        since = self.clock.now() - timedelta(days=1)
        what = f"UID {state.newest + 1}:*" if state.newest else f"SINCE {since:%d-%b-%Y}"
        for uid in await client.search(what):
            if uid <= state.newest:
                continue
            raw = await client.fetch(uid)
            state.newest = uid
            await inlet.put(Batch(mentions=self._mentions(raw, inlet), cursor=msgspec.json.encode(state)))

    def _mentions(self, raw: bytes, inlet: Inlet) -> tuple[Mention, ...]:
        try:
            mail = read_mail(raw)
        except (ValueError, AssertionError, LookupError, TypeError, AttributeError, RecursionError) as error:
            inlet.refused(1, f"a mail of {len(raw)} bytes cannot be read: {type(error).__name__}", Reason.UNREADABLE)
            return ()
        if not self._is_wanted(mail):
            return ()
        return tuple(mention for each in mail.articles if inlet.wants(mention := self._mention(mail, each)))

    def _is_wanted(self, mail: Mailed) -> bool:
        address = parseaddr(mail.sender)[1].lower()
        wanted = [sender.lower().lstrip("@") for sender in self.settings.senders]
        return not wanted or any(address == each or address.endswith(("@" + each, "." + each)) for each in wanted)

    def _mention(self, mail: Mailed, article: MailedArticle) -> Mention:
        now = self.clock.now()
        told = (
            mail.id or sha1(f"{mail.sender}{article.title}{article.text}".encode(), usedforsecurity=False).hexdigest()
        )
        name, address = parseaddr(mail.sender)
        at = mail.at if mail.at is not None and EARLIEST <= mail.at <= now else now
        return Mention(
            source=self.name,
            id=(article.link or told)[:1024],
            title=article.title[:1000] or None,
            text=article.text[:MAX_TEXT],
            published_at=at,
            lang=self.settings.lang,
            kind=Kind.ARTICLE,
            url=article.link or None,
            author=Author(id=address or None, name=name or None) if (name or address) and not article.link else None,
        )


def _restored(cursor: bytes | None) -> Mailbox:
    try:
        return msgspec.json.decode(cursor, type=Mailbox) if cursor else Mailbox()
    except msgspec.MsgspecError:
        return Mailbox()


def _shown(error: Refused) -> str:
    """The server's words, which may be long."""
    return str(error)[:120]
