"""Whom a name means: contacts, schedules and roles, and what people change while the daemon runs."""

import msgspec

from sentinel.escalation.roster import Roster
from tests.escalation.rotas import a_rotation, a_schedule, a_swap, an_override, utc

AT = utc("2026-03-04 12:00")


def a_roster() -> Roster:
    return Roster(
        contacts=("ana", "luis", "boss"),
        schedules={
            "guardia": a_schedule(a_rotation("ana luis")),
            "ghosts": a_schedule(a_rotation("zoe+luis"), name="ghosts"),
        },
        roles={"strategist": ("boss", "guardia", "boss"), "legal": ("ghosts",)},
    )


def test_a_name_means_people() -> None:
    """In order, each once; who is no contact is left out, and an unknown name means nobody."""
    roster = a_roster()
    assert roster.people("ana", AT) == ("ana",)
    assert roster.people("guardia", AT) == ("ana",)
    assert roster.people("guardia", utc("2026-03-09 08:00")) == ("luis",)
    assert roster.people("strategist", AT) == ("boss", "ana")
    assert roster.people("legal", AT) == ("luis",)
    assert roster.people("zoe", AT) == ()
    assert roster.everybody(("guardia", "ana", "strategist"), AT) == ("ana", "boss")


def test_changes_lie_over_what_is_configured() -> None:
    """The newest on top, whatever order they come in; the roster they were made on stays as it was."""
    roster = a_roster()
    day = ("2026-03-04 00:00", "2026-03-05 00:00")
    older, newer = (
        an_override("boss", *day, id="b", made="2026-03-01 10:00"),
        an_override("luis", *day, id="a", made="2026-03-01 11:00"),
    )
    changed = roster.with_changes([newer, older])
    assert changed.people("guardia", AT) == ("luis",)
    assert roster.people("guardia", AT) == ("ana",)
    assert changed.with_changes(swaps=[a_swap("luis", "boss", *day)]).people("guardia", AT) == ("boss",)
    assert changed.people("legal", AT) == ("luis",)


def test_changes_for_people_who_left_do_not_leave_a_hole() -> None:
    """A reload took the person or the schedule away: the rotation shows again. Nobody on purpose stays nobody."""
    roster = a_roster()
    day = ("2026-03-04 00:00", "2026-03-05 00:00")
    assert roster.with_changes([an_override("zoe", *day)]).people("guardia", AT) == ("ana",)
    assert roster.with_changes([an_override("zoe boss", *day)]).people("guardia", AT) == ("boss",)
    assert roster.with_changes([an_override("", *day)]).people("guardia", AT) == ()
    assert roster.with_changes([an_override("boss", *day, schedule="gone")]) == roster
    assert roster.with_changes(swaps=[a_swap("ana", "zoe", *day)]) == roster


def test_rosters_survive_storage() -> None:
    """To JSON and back, changes and all."""
    roster = a_roster().with_changes(
        [an_override("boss", "2026-03-04 00:00", "2026-03-05 00:00", made="2026-03-01 10:00")]
    )
    assert msgspec.json.decode(msgspec.json.encode(roster), type=Roster) == roster
