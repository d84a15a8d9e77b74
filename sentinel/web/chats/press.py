"""Press: somebody in a chat pressed "I have it"; whose it is, whether it may, and what becomes of it.

The button's value is signed and says which incident, as it stood; the chat's own servers say who pressed it. Both must
hold: a value that somebody made up does nothing, and whoever is known to nobody here takes nothing.
"""

from dataclasses import dataclass
from typing import assert_never

from aiohttp import web

from sentinel.config.base import Language
from sentinel.config.chats import NO_CHATS, ChatSettings
from sentinel.config.schema import Config
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import PREFIX, StandingAlert
from sentinel.incidents.links import ChatPress, LinkFlaw
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import config_for_chats, ports_of, show_pressed
from sentinel.web.acting import Declined, act, act_on_alert
from sentinel.web.api.shapes import Ask
from sentinel.web.http.body import FORM_LIMIT, RefusedBody, read_body
from sentinel.web.http.posting import admit
from sentinel.web.pages.card import person
from sentinel.web.pages.phone_acting import NOTED
from sentinel.web.pages.refusals import refusal_said
from sentinel.web.pages.words import Words

FRESH = 300.0
"""Seconds by which a signed instant may differ from ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer:
    """What whoever pressed reads, and what the message says from then on for everybody, in place of the button; empty
    where it stays as it is.
    """

    said: str
    mark: str = ""


def chats_of(request: web.Request) -> ChatSettings:
    """Which chats tell of presses, and what they sign with."""
    return config_for_chats(request).chats or NO_CHATS


async def signed_body(request: web.Request) -> bytes:
    """The body as it came, which is what a signature is of."""
    admit(request)
    return await read_body(request, FORM_LIMIT)


def require_fresh(request: web.Request, stamp: str) -> None:
    """Raises `RefusedBody` (401) for a signed instant that is not about now: what was recorded is not played again."""
    now = ports_of(request).clock.now().timestamp()
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or abs(now - int(stamp)) > FRESH:
        raise RefusedBody(401, "the signed instant is not about now; check this machine's clock")


async def pressed(request: web.Request, chat: str, who: str, value: str, language: str = "") -> ChatAnswer:
    """Take the incident for whoever pressed, and say what came of it in their language.

    Parameters
    ----------
    who
        Their id in the chat, as its servers say it.
    language
        The chat's own, for somebody who is nobody here.
    """
    config = config_for_chats(request)
    contact = _contact_of(config, chat, who)
    words = _words(request, config, contact, language)
    note(request, who=contact or f"{chat} {who}"[:80], known_by=KnownBy.CHAT, what="ack")
    if contact is None:
        return ChatAnswer(said=words.said("chats.unknown", chat=chat, id=who))
    press = await show_pressed(request, value, contact)
    if isinstance(press, LinkFlaw):
        return ChatAnswer(said=words.said(f"chats.flaw_{press}"))
    note(request, about=press.incident)
    answer = await _take(request, press, contact)
    if answer is None:
        return ChatAnswer(said=words.said("chats.flaw_bad"))
    if isinstance(answer, Declined):
        said = refusal_said(answer, ports_of(request).config(), words)
        return ChatAnswer(said=said, mark=said)
    return _taken(answer, person(config, contact) or contact, words)


def _contact_of(config: Config, chat: str, who: str) -> str | None:
    """Whose account it is."""
    known = ((name, each.chat_ids) for name, each in config.contacts.items() if each.chat_ids is not None)
    return next((name for name, ids in known if getattr(ids, chat) == who), None)


async def _take(
    request: web.Request, press: ChatPress, contact: str
) -> Incident | StandingAlert | Declined[Incident] | Declined[StandingAlert] | None:
    ports = ports_of(request)
    if press.incident.startswith(PREFIX):
        alert = ports.infrastructure.find(press.incident)
        if alert is None:
            return None
        note(request, what=NOTED[Action.ACKNOWLEDGE])
        return await act_on_alert(ports, alert, Action.ACKNOWLEDGE, contact, epoch=press.epoch)
    if await ports.incidents.get(press.incident) is None:
        return None
    return await act(ports, press.incident, Action.ACKNOWLEDGE, Ask(by=contact), epoch=press.epoch)


def _taken(answer: Incident | StandingAlert, name: str, words: Words) -> ChatAnswer:
    at = words.clock(words.now)
    match answer:
        case Incident():
            said = words.said("phone.done_ack", brand=answer.brand)
        case StandingAlert():
            said = words.said("machinery.done_taken", alert=answer.name)
        case _:
            assert_never(answer)
    return ChatAnswer(said=said, mark=words.said("chats.taken", name=name, at=at))


def _words(request: web.Request, config: Config, contact: str | None, language: str) -> Words:
    own = config.contacts[contact].language if contact is not None else None
    spoken = language[:2].lower()
    if contact is None and spoken in tuple(Language):
        own = Language(spoken)
    ports = ports_of(request)
    return Words((own or config.language).value, config.zone, ports.clock.now())
