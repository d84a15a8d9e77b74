"""Which jobs a process runs: all of them; in a cluster those of its roles, some only while it has their duty."""

from collections.abc import Iterator

from sentinel.assembly.duty_parts import OF_NOTIFIERS, REPORTS, SILENCES, DutyParts
from sentinel.assembly.jobs import Job, NamedJob
from sentinel.assembly.kept_alike import news_jobs
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.process_roles import ProcessRole

OF_EVERYBODY = ("fold", "patrol", "sources", "store-news")
DUTY_OF = {"rollups": REPORTS, "report-mail": REPORTS}
"""Duties that are not named as their jobs."""


def jobs_of(parts: DaemonParts, fold: Job, duties: DutyParts | None) -> list[NamedJob]:
    """By name; ``fold`` is the engine's, or what shows what others fold."""
    jobs = [
        ("fold", fold),
        *parts.sending.jobs(),
        ("scores", parts.scores.run),
        ("calendars", parts.calendars.run),
        ("push-devices", parts.push.run),
        *parts.request_room.jobs(),
        ("assistant", parts.assistant.run),
        *parts.reporting.jobs(),
        *parts.watch.jobs(),
    ]
    if duties is None or parts.front is None:
        return [*jobs, *parts.listening.jobs()]
    jobs += [*news_jobs(parts), ("sources", parts.front.sources.run), (SILENCES, parts.front.silences.run)]
    jobs.append(("erasures", parts.front.erasing(parts.secrets.pseudonym).run))
    return [*_by_role(jobs, duties, parts.reporting.watch), *_listening(parts, duties)]


def _by_role(jobs: list[NamedJob], duties: DutyParts, counted: Job) -> Iterator[NamedJob]:
    for name, job in jobs:
        if name in OF_EVERYBODY:
            yield name, job
        elif ProcessRole.NOTIFY in duties.roles:
            duty = DUTY_OF.get(name, name)
            yield duties.job(duty, name, job) if duty in OF_NOTIFIERS else (name, job)
    if ProcessRole.WEB in duties.roles:
        yield "counted", counted


def _listening(parts: DaemonParts, duties: DutyParts) -> Iterator[NamedJob]:
    if ProcessRole.INGEST not in duties.roles or parts.front is None:
        return
    told = parts.front.sources
    for source, job in parts.listening.shared_jobs(lambda: told.told):
        yield (f"source-{source}", job) if source in parts.listening.posted else duties.source_job(source, job)
