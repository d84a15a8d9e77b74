"""Words to the operators: those who keep Sentinel itself seeing, sending and writing.

About no incident, so no ladder carries them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.notify.base import Delivery
from sentinel.notify.notice import notice
from sentinel.store.outbox import key_of


class OperatorNotices:
    """Makes outbox rows for operators.

    Parameters
    ----------
    contacts
        Gives those in charge at an instant.
    briefing
        Gives the words in force.
    """

    def __init__(self, contacts: Callable[[datetime], Sequence[str]], briefing: Callable[[], MessageBuilder]) -> None:
        self._contacts = contacts
        self._briefing = briefing

    def contacts(self, at: datetime) -> tuple[str, ...]:
        """Who they are."""
        return tuple(self._contacts(at))

    def rows(
        self,
        key: str,
        about: str,
        at: datetime,
        facts: Callable[[str], Mapping[str, object]],
        *,
        to: Collection[str] | None = None,
        channels: Mapping[str, int] | None = None,
    ) -> list[Delivery]:
        """One row for each.

        Parameters
        ----------
        key, about
            Of the phrase; and what tells this word from an earlier one like it: the same gives the same rows.
        facts
            What fills the phrase, by language.
        to
            Instead of the operators.
        channels
            Contact to the number of the channel to begin with, where that is not the first.
        """
        rows = []
        for contact in self.contacts(at) if to is None else to:
            language = self._briefing().language_of(contact)
            rows.append(
                Delivery(
                    id=0,
                    key=key_of("source", 0, 0, 0, contact, f"{key} {about}"),
                    incident=None,
                    epoch=0,
                    step=0,
                    round=0,
                    contact=contact,
                    message=notice(language, key, **facts(language)),
                    channel=(channels or {}).get(contact, 0),
                    attempts=0,
                    ambiguous=False,
                    created_at=at,
                    tipped_at=None,
                )
            )
        return rows
