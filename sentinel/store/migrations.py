"""Migrations: what brings the tables of an older store to the version that this Sentinel knows."""

VERSION = 6
"""Of the tables as `schema.py` has them."""

MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: ("ALTER TABLE outbox ADD COLUMN buttons BLOB", "ALTER TABLE outbox ADD COLUMN receipt TEXT"),
    2: ("ALTER TABLE outbox ADD COLUMN brief TEXT", "CREATE INDEX outbox_done ON outbox (done_at)"),
    3: ("ALTER TABLE outbox ADD COLUMN encloses TEXT", "CREATE INDEX events_incident ON events (incident, id)"),
    # incidents' bodies have a form that an earlier Sentinel would misread
    4: (
        "ALTER TABLE outbox ADD COLUMN rank INTEGER",
        "ALTER TABLE outbox ADD COLUMN tries TEXT",
        "ALTER TABLE journal ADD COLUMN behind BIGINT",
    ),
    5: ("ALTER TABLE sessions ADD COLUMN origin TEXT",),
}
"""Version to what brings it to the next one; tables that are missing are made by themselves."""
