"""What tests of action links begin with: a brand on fire, a contact's token, and what an answer offers."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import msgspec

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.incidents.links import Grant, nonce_of
from sentinel.playbooks.render import Rendered
from sentinel.playbooks.reply import DraftReply, Tone
from sentinel.playbooks.statement import Channel
from tests.web.stand import Answer, Stand, a_config, a_crisis, a_playbook

BROWSER = {"Accept": "text/html"}
PRESS = re.compile(r'formaction="([^"]+)"')


def on_fire(**web: object) -> tuple[Stand, Incident]:
    stand = Stand(config=a_config(**web))
    return stand, a_crisis(stand)


def a_token(
    stand: Stand, incident: Incident, contact: str = "ana", action: Action | None = None, **changed: object
) -> str:
    grant = Grant(
        incident=incident.id,
        epoch=incident.epoch,
        contact=contact,
        action=action,
        expires_at=stand.clock.now() + timedelta(days=1),
        nonce=nonce_of(contact, 1, 0),
    )
    return stand.links.mint(msgspec.structs.replace(grant, **changed))


def now(stand: Stand, incident: Incident) -> Incident:
    return stand.incidents[incident.id]


def presses(answer: Answer) -> list[str]:
    """What each button would ask, in order."""
    return [address.rpartition("/")[2] for address in PRESS.findall(answer.text)]


def words(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def a_playbook_that_says(text: str) -> Rendered:
    """As a statement and as a reply."""
    reply = DraftReply(tone=Tone.ANGRY, form=None, text=text)
    return replace(a_playbook(), holding_statements={Channel.BLUESKY: text}, draft_replies=(reply,))
