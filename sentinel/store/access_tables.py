"""Tables of who is signed in, by what, and who did what."""

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, String, Table, Text, event

from sentinel.store.postgres import NOT_REWRITTEN
from sentinel.store.table_types import Body, RowId, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the browser has
    Column("account", String(80), nullable=False),
    Column(
        "stamp", String(64), nullable=False
    ),  # of the password's hash, or the provider, at sign-in; another one ends the session
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("origin", Text),  # JSON; from where and how it began. Empty in rows of before version 6
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("account", String(80), primary_key=True),
    Column("body", Body, nullable=False),  # JSON; the secret their app shares, and digests of recovery codes
)

recovery_links = Table(
    "recovery_links",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the link holds; a row goes when its link is used
    Column("account", String(80), nullable=False),
    Column("until", BigInteger, nullable=False),
)

push_devices = Table(
    "push_devices",
    metadata,
    Column("id", String(64), primary_key=True),  # of the browser: a digest of its endpoint
    Column("contact", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", String(120), nullable=False),
    Column("auth", String(40), nullable=False),
    Column("key", String(120), nullable=False),  # the public key under which the browser wants messages signed
    Column("made_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("gone_at", BigInteger),  # when its push service said so; address and keys are empty from then on
)

signing_in = Table(
    "signing_in",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what it is, and whose
    Column("until", BigInteger, nullable=False),  # when it is worth nothing any more
    Column("body", Text, nullable=False),  # JSON; failed tries, a value that is used up, a secret to be confirmed
    Index("signing_in_until", "until"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String(80), nullable=False),
    Column("known_by", String(16), nullable=False),  # session | oidc | proxy | token | link | chat | name | machine
    Column("what", String(120), nullable=False),
    Column("about", String(200), nullable=False),
    Column("address", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),  # done | refused | failed
    Column("status", Integer, nullable=False),
    Index("audit_who", "who", "id"),
    Index("audit_at", "at"),
    sqlite_autoincrement=True,
)
for _dialect, _ddl in (
    (
        "sqlite",
        (
            "CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit BEGIN "
            "SELECT RAISE(ABORT, 'the audit log is not rewritten'); END"
        ),
    ),
    *(("postgresql", each) for each in NOT_REWRITTEN),
):
    event.listen(audit, "after_create", DDL(_ddl).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

ACCESS_TABLES = (audit, sessions, second_factors, recovery_links, push_devices, signing_in)
