"""A boss who reads mail on a train: the whole daemon, a real mail server, and the report in the mail itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sentinel.assembly.build import report_plans
from sentinel.config.loader import load
from sentinel.store.reports import fact_of
from tests.notify.test_real_parts import a_mail_server, files, parts
from tests.stories.daemon import RunningDaemon, eventually


def test_the_boss_has_the_report_in_the_mail(tmp_path: Path) -> None:
    """The week is over when the daemon starts; one mail goes, with the week in a file, and none after a restart."""
    with a_mail_server() as (postbox, url):
        settings = {
            "language": "es",
            "timezone": "Europe/Madrid",
            "brands": [{"name": "Acme"}],
            "contacts": {"boss": {"name": "Luis", "channels": [url]}},
            "reports": [{"every": "week", "to": ["boss"]}],
        }
        daemon = RunningDaemon(tmp_path, settings)
        with daemon:
            daemon.stop()
        (plan,) = report_plans(load(daemon.config))
        with closing(sqlite3.connect(tmp_path / "sentinel.db")) as store, store:
            store.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (fact_of("boss", plan.name), "2026-W01"))
        with daemon:
            eventually(lambda: postbox.mails, "the mail arrives")
            eventually(lambda: '"status": "accepted"' in daemon.log, "the send is written down")
            daemon.kill()
        with daemon:
            assert daemon.stop() == 0
    (mail,) = postbox.mails
    ((name, (kind, content)),) = files(mail).items()
    assert name.startswith("acme-20")
    assert kind == "text/html"
    assert "<h1>Acme: semana del" in content.decode()
    assert "va adjunto" in parts(mail)["text/plain"].decode()
    assert "report_not_attached" not in daemon.log
