"""What a run left in its store, read from the file itself by another hand than the daemon's."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry

_incident = msgspec.json.Decoder(Incident).decode
_line = msgspec.json.Decoder(TimelineEntry).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the outbox."""

    key: str
    incident: str | None
    epoch: int
    step: int
    round: int
    contact: str
    kind: str
    title: str
    state: str
    ambiguous: bool
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Everything that counts."""

    incidents: tuple[Incident, ...]
    timeline: dict[str, tuple[TimelineEntry, ...]]
    rows: tuple[Row, ...]
    journal: tuple[tuple[str, str, str], ...]


def kept(database: Path) -> Kept:
    """Read it all."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20, isolation_level=None)) as connection:
        connection.execute("begin")  # one picture of all tables
        incidents = tuple(
            _incident(body) for (body,) in connection.execute("select body from incidents order by opened_at, brand")
        )
        timeline: dict[str, list[TimelineEntry]] = {incident.id: [] for incident in incidents}
        for incident, body in connection.execute("select incident, body from timeline order by id"):
            timeline[incident].append(_line(body))
        columns = "key, incident, epoch, step, round, contact, kind, title, state, ambiguous, detail"
        names = columns.split(", ")
        rows = tuple(
            msgspec.convert(dict(zip(names, values, strict=True)), Row, strict=False)
            for values in connection.execute(f"select {columns} from outbox order by id")
        )
        journal = tuple(connection.execute("select source, id, op from journal order by seq"))
    return Kept(
        incidents=incidents, timeline={key: tuple(lines) for key, lines in timeline.items()}, rows=rows, journal=journal
    )


def unsettled(database: Path) -> int:
    """Rows that wait or are being sent."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as connection:
        return int(connection.execute("select count(*) from outbox where state in ('queued', 'leased')").fetchone()[0])


def climbed(database: Path, *, beyond: int) -> int:
    """Pages of the present epoch that the catch-all took, whose steps come after the ladder's ``beyond``."""
    query = """
        select count(*) from outbox join incidents on incidents.id = outbox.incident
        where kind = 'page' and outbox.state = 'accepted' and step > ?
        and outbox.epoch = json_extract(incidents.body, '$.epoch')
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as connection:
        return int(connection.execute(query, (beyond,)).fetchone()[0])
