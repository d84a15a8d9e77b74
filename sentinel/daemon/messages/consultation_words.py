"""Turns a question to an area of the house, and what became of it, into words for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.config.schema import Config
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.harmless import one_line, quotable
from sentinel.incidents.links import ActionLinks, Grant, nonce_of, whole_seconds
from sentinel.mention import Mention
from sentinel.notify.base import Button, Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.notify.page_talk import quoted_from
from sentinel.phrases.phrases import say, span
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.requests.consultation import Consultation, DelegatedAuthority, playbook_for
from sentinel.requests.request_kind import RequestKind

ASKED, QUOTED = 420, 300
"""Bytes of a question or an answer, and of a post, that a message shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationWords:
    """Makes messages, all of them quieter than any page.

    Parameters
    ----------
    briefing, config, playbooks
        In force.
    links
        Makes the links on which an area answers.
    """

    briefing: MessageBuilder
    config: Config
    playbooks: PlaybookSet
    links: ActionLinks

    def asking(
        self, one: Consultation, contact: str, mention: Mention, brands: Sequence[str], at: datetime, *, turn: int
    ) -> Message:
        """The question, or a reminder of it, with a link of the contact's own; the same for the same decision."""
        language = self.briefing.language_of(contact)
        facts = self._facts(one, brands, language)
        url = f"{self.briefing.base_url}/a/{self.links.mint(self._grant(one, contact, at, turn))}"
        lines = [
            say(language, "consultation.body_ask", by=facts["by"], question=_fitting(one.question)),
            *quote(mention, language),
            say(language, "consultation.body_until", at=clock(self.config, language, one.until, at)),
        ]
        return Message(
            kind=MessageKind.DESK,
            urgency=Urgency.QUIET,
            language=language,
            title=say(language, f"consultation.title_{'remind' if turn else 'ask'}", **_only(facts, turn)),
            body=f"{fit(chr(10).join(lines), MOST - len(url.encode()) - 1)}\n{url}",
            link=url,
            buttons=(Button(label=say(language, "phone.button_open"), url=url, acts=False),),
            brief=facts["brand"],
        )

    def suggestion(self, asks: RequestKind) -> str:
        """What is mostly asked about such a mention, in the file's language."""
        return say(self.config.language.value, f"consultation.suggest_{asks}")

    def answered(self, one: Consultation, contact: str, brands: Sequence[str]) -> Message:
        """For whoever asked: what the area says."""
        language = self.briefing.language_of(contact)
        facts = self._facts(one, brands, language)
        by = one_line(self.briefing.name_of(one.answer.by)) if one.answer else ""
        answer = _fitting(answer_in_words(one, language))
        lines = [
            say(language, "consultation.body_answered", by=by, answer=answer),
            say(language, "consultation.body_answered_to", question=_fitting(one.question)),
        ]
        title = say(language, "consultation.title_answered", area=facts["area"], brand=facts["brand"])
        return self._told(one, language, title, lines, facts["brand"])

    def overdue(self, one: Consultation, contact: str, brands: Sequence[str], asks: RequestKind) -> Message:
        """For whoever asked: nobody answered, and what they may do now by themselves."""
        language = self.briefing.language_of(contact)
        facts = self._facts(one, brands, language)
        lasted = span(language, one.until - one.at)
        lines = [
            *self._allowed(one, language, asks),
            say(language, "consultation.body_answered_to", question=_fitting(one.question)),
        ]
        said = say(language, "consultation.title_overdue", area=facts["area"], span=lasted, brand=facts["brand"])
        return self._told(one, language, said, lines, facts["brand"])

    def _allowed(self, one: Consultation, language: str, asks: RequestKind) -> tuple[str, ...]:
        """What may be done without an answer, and where the words for it are."""
        if one.authority is DelegatedAuthority.NOTHING:
            return (say(language, "consultation.may_nothing"),)
        name = playbook_for(asks)
        found = self.playbooks.get(name, language)
        said = say(language, f"consultation.may_{one.authority}", playbook=found.title if found else name)
        return said, f"{self.briefing.base_url}/playbooks/{name}"

    def _told(self, one: Consultation, language: str, title: str, lines: Sequence[str], brand: str) -> Message:
        url = f"{self.briefing.base_url}/requests#m{one.number}"
        return Message(
            kind=MessageKind.DESK,
            urgency=Urgency.QUIET,
            language=language,
            title=title,
            body=f"{fit(chr(10).join(lines), MOST - len(url.encode()) - 1)}\n{url}",
            link=url,
            brief=brand,
        )

    def _grant(self, one: Consultation, contact: str, at: datetime, turn: int) -> Grant:
        """As long as any link, and at least until the deadline."""
        lasts = max(self.config.web.link_expires, one.until - at + timedelta(hours=1))
        return Grant(
            incident=one.id,
            epoch=0,
            contact=contact,
            action=None,
            expires_at=whole_seconds(at, lasts),
            nonce=nonce_of(one.id, contact, turn),
        )

    def _facts(self, one: Consultation, brands: Sequence[str], language: str) -> dict[str, str]:
        brand = quotable(", ".join(brands[:3])) or say(language, "consultation.brand_none")
        by, area = one_line(self.briefing.name_of(one.by)), one_line(one.label(language))
        return {"by": by, "area": area, "brand": brand}


def answer_in_words(one: Consultation, language: str) -> str:
    """The press and the text, on one line."""
    if one.answer is None:
        return ""
    quick = say(language, f"consultation.quick_{one.answer.quick}") if one.answer.quick else ""
    return ". ".join(part for part in (quick, one.answer.text) if part)


def quote(mention: Mention, language: str) -> list[str]:
    """The line that quotes a post as messages do, so that it is taken back when the post is."""
    text = fit(quotable(mention.text), QUOTED)
    who, source = quoted_from(mention, language)
    return [say(language, "page.sample", text=text, who=who, source=source)] if text else []


def clock(config: Config, language: str, instant: datetime, now: datetime) -> str:
    """Hour and minute in the file's zone, with the day when it is not today's."""
    local, today = instant.astimezone(config.zone), now.astimezone(config.zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    month = say(language, "playbook.months").split()[local.month - 1]
    return say(language, "web.on_day", hour=f"{local:%H:%M}", day=local.day, month=month)


def _fitting(text: str) -> str:
    return fit(one_line(text), ASKED)


def _only(facts: dict[str, str], turn: int) -> dict[str, str]:
    return {key: facts[key] for key in (("area", "brand") if turn else ("by", "area", "brand"))}
