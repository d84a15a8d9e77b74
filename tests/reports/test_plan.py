"""When reports are sent: once the period is over, at a wall time, whatever the clocks do."""

from datetime import UTC, datetime, time

import msgspec
import pytest

from sentinel.reports.letter import letter
from sentinel.reports.period import Every, read_period
from sentinel.reports.plan import ReportPlan
from sentinel.reports.selection import select
from sentinel.requests.priority import Priority
from tests.reports.archive import WEEK, a_day, a_report, a_voice, days_of
from tests.reports.test_selection import a_candidate


def a_plan(every: Every = Every.WEEK, **rest: object) -> ReportPlan:
    settings: dict[str, object] = {"brands": ("Acme",), "at": time(9), "zone": "Europe/Madrid", "to": ("boss",), **rest}
    return ReportPlan(every=every, **settings)  # type: ignore[arg-type]  # whichever field a test names


@pytest.mark.parametrize(
    ("plan", "label", "due"),
    [
        (a_plan(), "2026-W11", datetime(2026, 3, 16, 8, tzinfo=UTC)),
        (a_plan(weekday=2), "2026-W11", datetime(2026, 3, 18, 8, tzinfo=UTC)),
        (a_plan(), "2026-W13", datetime(2026, 3, 30, 7, tzinfo=UTC)),  # the clocks have gone forward
        (a_plan(Every.DAY), "2026-03-28", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (a_plan(Every.MONTH, day=5), "2026-03", datetime(2026, 4, 5, 7, tzinfo=UTC)),
        (
            a_plan(weekday=6, at=time(2, 30)),
            "2026-W12",
            datetime(2026, 3, 29, 1, tzinfo=UTC),
        ),  # there is no half past two
    ],
)
def test_when_a_report_is_due(plan: ReportPlan, label: str, due: datetime) -> None:
    """And from then on it is the newest."""
    period = read_period(plan.every, label)
    assert plan.due(period) == due
    assert plan.newest(due) == period
    assert plan.newest(due.replace(minute=0, hour=due.hour - 1)) == period.before


def test_the_letter_of_one_brand_leads_to_its_report() -> None:
    """What matters, a sentence a line, and the page behind it."""
    message = letter([a_report(days=[*days_of(WEEK.before, 10), *days_of(WEEK, 20)])], WEEK, a_voice())
    assert message.title == "📊 Informe de Acme: semana del 9 al 15 de marzo de 2026"
    assert message.body.splitlines()[0] == "Se habló de Acme 140 veces, un 100\xa0% más que la semana anterior (70)."
    assert message.link == "https://s.example/reports/Acme/weekly/2026-W11"


def test_the_letter_of_a_day_counts_what_matters() -> None:
    """Nobody is quoted in it: what is deleted meanwhile is in no mailbox but as a file."""
    day = read_period(Every.DAY, "2026-03-09")
    told = select([a_candidate(1, priority=Priority.URGENT, text="huele a gas")])
    report = msgspec.structs.replace(a_report(day, [a_day(day.first, 12)]), selection=told)
    message = letter([report], day, a_voice())
    assert message.title == "📊 Informe de Acme: lunes 9 de marzo de 2026"
    assert message.body.splitlines()[-1] == "Para mirar: 1 mención que espera respuesta."
    assert "gas" not in message.body
    assert message.link == "https://s.example/reports/Acme/daily/2026-03-09"


def test_the_letter_of_many_brands_keeps_to_what_every_service_shows() -> None:
    """Those for which there is no room are counted, and the link leads to all."""
    reports = [a_report(brand=f"Marca número {n} " + "ñ" * 40) for n in range(30)]
    message = letter(reports, WEEK, a_voice())
    assert len(message.body.encode()) <= 1000
    assert message.body.splitlines()[-1].startswith("… y ")
    assert message.link == "https://s.example/reports"


def test_a_brand_s_name_is_safe_in_an_address() -> None:
    """Slashes and accents are not."""
    message = letter([a_report(brand="Café / Sol")], WEEK, a_voice("en"))
    assert message.link == "https://s.example/reports/Caf%C3%A9%20%2F%20Sol/weekly/2026-W11"
