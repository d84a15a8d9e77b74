"""Turns an alert about what Sentinel runs on into words for one person, with a link of their own where they can do
something about it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.incidents.command import Action
from sentinel.incidents.infrastructure_alert import AlertSeverity, StandingAlert
from sentinel.incidents.links import ActionLinks, ChatPress, Grant, nonce_of, whole_seconds
from sentinel.notify.base import Button, Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.phrases.phrases import say


class AlertPhrase(StrEnum):
    """What a message says of an alert."""

    FIRING = "firing"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessageBuilder:
    """Makes messages.

    Parameters
    ----------
    briefing
        In force: knows languages, names and where the pages are.
    links
        Makes the links that act.
    lasts
        How long one does.
    """

    briefing: MessageBuilder
    links: ActionLinks
    lasts: timedelta

    def message(self, alert: StandingAlert, word: AlertPhrase, contact: str, by: str | None, at: datetime) -> Message:
        """A critical alert rings; what warns, or tells what became of it, does not."""
        rings = word is AlertPhrase.FIRING and alert.severity is AlertSeverity.CRITICAL
        language, key = self.briefing.language_of(contact), _key(alert, word)
        facts = {"alert": alert.name, "summary": alert.summary, "by": self.briefing.name_of(by) if by else ""}
        lines = [say(language, f"{key[0]}.body_{key[1]}", **facts)]
        if word is AlertPhrase.FIRING and alert.runbook:
            lines.append(say(language, "infrastructure.runbook", runbook=alert.runbook))
        link, buttons = (
            self._acting(alert, word, contact, at)
            if rings or word in (AlertPhrase.TAKEN, AlertPhrase.GIVEN_BACK)
            else (None, ())
        )
        body = fit("\n".join(lines), MOST - len(link.encode()) - 1 if link else MOST)
        return Message(
            kind=MessageKind.PAGE if rings else MessageKind.UPDATE,
            urgency=Urgency.ALERT if rings else Urgency.QUIET,
            language=language,
            title=say(language, f"{key[0]}.title_{key[1]}", **facts),
            body=f"{body}\n{link}" if link else body,
            link=link,
            buttons=buttons,
            brief=alert.name,
        )

    def _acting(
        self, alert: StandingAlert, word: AlertPhrase, contact: str, at: datetime
    ) -> tuple[str, tuple[Button, ...]]:
        """The contact's own link, and the buttons for services that have them; the same for the same decision."""

        def url(action: Action | None) -> str:
            grant = Grant(
                incident=alert.id,
                epoch=alert.epoch,
                contact=contact,
                action=action,
                expires_at=whole_seconds(at, self.lasts),
                nonce=nonce_of(alert.id, alert.epoch, contact),
            )
            return f"{self.briefing.base_url}/a/{self.links.mint(grant)}"

        language, page = self.briefing.language_of(contact), url(None)
        ends = whole_seconds(at, self.lasts)
        take = Button(
            label=say(language, "phone.button_take"),
            url=url(Action.ACKNOWLEDGE),
            acts=True,
            press=self.links.mint_press(ChatPress(incident=alert.id, epoch=alert.epoch, expires_at=ends)),
        )
        buttons = (Button(label=say(language, "phone.button_open"), url=page, acts=False),)
        return page, buttons if word is AlertPhrase.TAKEN else (take, *buttons)


def _key(alert: StandingAlert, word: AlertPhrase) -> tuple[str, str]:
    """The catalogue, and the end of the names of its sentences."""
    if word in (AlertPhrase.TAKEN, AlertPhrase.GIVEN_BACK):
        return "machinery", word.value
    return "infrastructure", "resolved" if word is AlertPhrase.OVER else alert.severity.value
