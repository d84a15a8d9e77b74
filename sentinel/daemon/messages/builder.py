"""Turns an incident into words for one person: picks the playbook, fills it, renders the message. Part of the shell."""

from datetime import datetime, tzinfo

from sentinel.config.brand import BrandSettings
from sentinel.config.schema import Config
from sentinel.incidents.change import Notice, NoticeKind
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.incidents.links import ActionLinks, ChatPress, Grant, nonce_of, whole_seconds
from sentinel.notify.base import Button, Message
from sentinel.notify.page_facts import PageFacts
from sentinel.notify.render import render
from sentinel.phrases.phrases import say
from sentinel.playbooks.choose import choose
from sentinel.playbooks.facts import MAX_SAMPLES, CrisisFacts, Criteria, Owner
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.render import Rendered
from sentinel.playbooks.render import render as fill
from sentinel.topics.brand_talk import BrandTalk

ACTING = (NoticeKind.PAGE, NoticeKind.EXPIRING)
"""What asks a person to do something carries a link with which they can."""


class MessageBuilder:
    """Words about incidents.

    Parameters
    ----------
    config, playbooks
        As they are in force; a reload makes a new briefing.
    base_url
        How a phone reaches the pages, without a slash at the end.
    links
        Makes the links that act; without them messages lead to the incident's page.
    """

    def __init__(self, config: Config, playbooks: PlaybookSet, base_url: str, links: ActionLinks | None = None) -> None:
        self._config = config
        self._playbooks = playbooks
        self.base_url = base_url
        self._links = links
        self._brands: dict[str, BrandSettings] = {brand.name: brand for brand in config.brands}

    def language_of(self, contact: str) -> str:
        """The language in which a contact reads."""
        known = self._config.contacts.get(contact)
        return (known.language if known and known.language else self._config.language).value

    def name_of(self, contact: str) -> str:
        """A contact's name; a name somebody gave by hand is itself."""
        known = self._config.contacts.get(contact)
        return known.name or contact if known else contact

    def link(self, incident: Incident) -> str:
        """The incident's page."""
        return f"{self.base_url}/incidents/{incident.id}"

    def message(self, incident: Incident, notice: Notice, at: datetime, *, talk: BrandTalk | None = None) -> Message:
        """What one person is told; of a page, with what is talked about where that is known."""
        language = self.language_of(notice.contact)
        playbook = self.playbook(incident, language, at) if notice.kind is NoticeKind.PAGE else None
        taken = incident.acknowledgement if incident.drill else None
        by = notice.by or (taken.by if taken else None)
        link, buttons = (
            self._acting(self._links, incident, notice, at) if self._links and notice.kind in ACTING else (None, ())
        )
        return render(
            PageFacts(
                incident=incident,
                kind=notice.kind,
                language=language,
                zone=self._zone,
                at=at,
                previous=notice.previous,
                by=self.name_of(by) if by else None,
                authority=notice.authority,
                unanswered=notice.unanswered,
                playbook=playbook.title if playbook else "",
                first_steps=playbook.first_steps if playbook else (),
                following=tuple(self.name_of(contact) for contact in notice.following),
                again=notice.following == (notice.contact,),
                following_in=notice.following_at - at if notice.following_at else None,
                link=link or self.link(incident),
                buttons=buttons,
                talk=talk,
            )
        )

    def playbook(self, incident: Incident, language: str, now: datetime) -> Rendered:
        """The playbook chosen for an incident, filled as of ``now``, or of its end."""
        facts = self._facts(incident, language, now if incident.live else incident.updated_at)
        choice = choose(self._playbooks, facts)
        return fill(choice.playbook, facts, why=choice.why(choice.playbook.language))

    def _acting(
        self, links: ActionLinks, incident: Incident, notice: Notice, at: datetime
    ) -> tuple[str, tuple[Button, ...]]:
        """The contact's own link to the phone page, and the buttons for services that have them; the same for the same
        decision.
        """

        def url(action: Action | None) -> str:
            grant = Grant(
                incident=incident.id,
                epoch=incident.epoch,
                contact=notice.contact,
                action=action,
                expires_at=whole_seconds(at, self._config.web.link_expires),
                nonce=nonce_of(incident.id, incident.epoch, notice.contact, notice.step, notice.round),
            )
            return f"{self.base_url}/a/{links.mint(grant)}"

        language, page = self.language_of(notice.contact), url(None)
        ends = whole_seconds(at, self._config.web.link_expires)
        take = Button(
            label=say(language, "phone.button_take"),
            url=url(Action.ACKNOWLEDGE),
            acts=True,
            press=links.mint_press(ChatPress(incident=incident.id, epoch=incident.epoch, expires_at=ends)),
        )
        return page, (take, Button(label=say(language, "phone.button_open"), url=page, acts=False))

    @property
    def _zone(self) -> tzinfo:
        return self._config.zone

    def _facts(self, incident: Incident, language: str, at: datetime) -> CrisisFacts:
        scoring = self._config.scoring
        climbed = incident.policy.ladder(incident.level)
        steps = climbed.steps if climbed else incident.policy.steps
        ladder = [(contact, step.after) for step in steps for contact in step.notify]
        return CrisisFacts(
            brand=incident.brand,
            language=language,
            zone=self._zone,
            level=incident.level,
            score=incident.score,
            contributions=tuple(sorted(incident.contributions.items(), key=lambda each: (-each[1], each[0]))),
            evidence=incident.evidence,
            gates=incident.gates,
            warming=incident.warming,
            samples=incident.samples[:MAX_SAMPLES],
            mentions=incident.mentions,
            negatives=incident.negatives,
            authors=incident.authors,
            opened_at=incident.opened_at,
            at=at,
            owners=tuple(Owner(name=self.name_of(contact), after=after) for contact, after in ladder),
            criteria=Criteria(
                thresholds=self._config.thresholds_of(incident.brand),
                margin=scoring.margin,
                leave_after=scoring.leave_after,
            ),
            link=self.link(incident),
            at_least=incident.at_least,
        )
