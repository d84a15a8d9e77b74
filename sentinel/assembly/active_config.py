"""The configuration in force and what is built from it; a reload builds all of it anew before any of it is swapped."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sentinel.assembly.build import engine_setup
from sentinel.assembly.pseudonyms import pseudonyms_of
from sentinel.config.loader import Examined, examine
from sentinel.config.schema import Config
from sentinel.config.tree import Key
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.engine.setup import EngineSetup
from sentinel.escalation.contact import Occasion
from sentinel.escalation.roster import Roster
from sentinel.incidents.links import ActionLinks
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.notify.channels import addressed
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.reader import read_playbooks
from sentinel.scoring.thresholds import Thresholds

NEEDS_RESTART = ("sources", "store", "web", "delivery", "logging", "cluster")
"""Sections that only a restart takes in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveConfig:
    """One configuration with its playbooks and the engine's values."""

    config: Config
    briefing: MessageBuilder
    setup: EngineSetup
    playbooks: PlaybookSet
    pseudonyms: Pseudonyms | None
    """Under which authors are kept; ``None`` where they are kept as they are."""
    hidden: frozenset[Key]
    """Places of the file whose text came from outside it."""

    @classmethod
    def read(
        cls,
        path: Path,
        base_url: Callable[[Config], str],
        links: ActionLinks | None = None,
        authors_key: bytes | None = None,
        examined: Examined | None = None,
    ) -> "ActiveConfig":
        """Read and build everything; ``links`` and ``authors_key`` once the store that keeps their secrets is open,
        ``examined`` where the file was read just now.

        Raises
        ------
        ConfigError
            With every mistake in the file, or in one's own playbooks.
        """
        examined = examined or examine(path)
        config = examined.taken
        playbooks = read_playbooks(path.parent / config.playbooks if config.playbooks else None)
        hidden = pseudonyms_of(config, authors_key)
        return cls(
            config=config,
            briefing=MessageBuilder(config, playbooks, base_url(config), links),
            setup=engine_setup(config, hidden),
            pseudonyms=hidden,
            playbooks=playbooks,
            hidden=examined.hidden,
        )

    def worded(self, base_url: str, links: ActionLinks | None, authors_key: bytes | None) -> "ActiveConfig":
        """The same, with messages that have links, or lead to another address, and with the key of pseudonyms."""
        hidden = pseudonyms_of(self.config, authors_key)
        return replace(
            self,
            briefing=MessageBuilder(self.config, self.playbooks, base_url, links),
            setup=self.setup if hidden == self.pseudonyms else engine_setup(self.config, hidden),
            pseudonyms=hidden,
        )

    def operators(self, roster: Roster, at: datetime) -> tuple[str, ...]:
        """Who is told that a source went silent; while that means nobody, whoever is the last resort of the first
        brand's policy.
        """
        policy = self.setup.brands[0].policy
        return roster.everybody(self.config.operators or policy.steps[0].notify, at) or roster.everybody(
            policy.catch_all, at
        )

    def climbed(self, roster: Roster, at: datetime, spent: timedelta) -> tuple[str, ...]:
        """Whom an alert about what Sentinel runs on has reached: the operators, and the later steps of the first
        brand's policy.
        """
        steps = [step for step in self.setup.brands[0].policy.steps[1:] if step.after <= spent]
        later = [contact for step in steps for contact in roster.everybody(step.notify, at)]
        return tuple(dict.fromkeys((*self.operators(roster, at), *later)))

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        """A contact's addresses for an occasion, in order, secrets and all; for the dispatcher only."""
        settings, known = self.config.contacts.get(contact), self.setup.rules.contacts.get(contact)
        if settings is None or known is None:
            return ()
        return tuple(addressed(settings.channels[place].get_secret_value(), contact) for place in known.route(occasion))

    def thresholds(self, brand: str) -> Thresholds | None:
        """A brand's; ``None`` for one there is not."""
        return next((each.scoring.thresholds for each in self.setup.brands if each.brand.name == brand), None)

    def changed_sections(self, newer: "ActiveConfig") -> list[str]:
        """Sections that differ and want a restart."""
        return [name for name in NEEDS_RESTART if getattr(self.config, name) != getattr(newer.config, name)]
