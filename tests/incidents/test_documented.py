"""The page on incidents says what the table of transitions says, line by line."""

from pathlib import Path

from sentinel.incidents.command import Refusal
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import Why
from sentinel.incidents.transitions import RAISES_EPOCH, TRANSITIONS, Trigger

PAGE = Path(__file__).resolve().parents[2] / "docs" / "incidents.md"


def a_cell(follows: State | Refusal | None) -> str:
    match follows:
        case State():
            return f"**{follows}**"
        case Refusal():
            return f"refused: {follows.replace('_', ' ')}"
        case None:
            return "–"


def the_table() -> str:
    lines = ["| what happens | " + " | ".join(State) + " | epoch |", "|---|" + "---|" * (len(State) + 1)]
    for trigger in Trigger:
        cells = " | ".join(a_cell(TRANSITIONS[state, trigger]) for state in State)
        lines.append(f"| {trigger.replace('_', ' ')} | {cells} | {'+1' if trigger in RAISES_EPOCH else ''} |")
    return "\n".join(lines)


def test_every_state_and_trigger_is_decided() -> None:
    """No pair is left to chance."""
    assert set(TRANSITIONS) == {(state, trigger) for state in State for trigger in Trigger}


def test_the_page_shows_the_table_as_it_is() -> None:
    """A transition that changes without its page fails here; the message holds the table to paste."""
    assert the_table() in PAGE.read_text(encoding="utf-8"), the_table()


def test_every_reason_for_silence_is_explained() -> None:
    """Whoever reads a timeline can look up why somebody was not paged."""
    text = PAGE.read_text(encoding="utf-8")
    reasons = (
        Why.NOBODY,
        Why.NOBODY_ON_CALL,
        Why.OVERDUE,
        Why.LEVEL_TOO_LOW,
        Why.STALE_EPOCH,
        Why.UNKNOWN_CONTACT,
        Why.CHANNELS_FAILED,
        Why.NO_CHANNEL,
        Why.QUIET_HOURS,
        Why.SILENCED,
        Why.BUDGET,
        Why.FLAPPING,
    )
    assert [reason.value for reason in reasons if f"`{reason.value}`" not in text] == []
