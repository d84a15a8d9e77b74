"""A real PostgreSQL of the tests' own: Debian's, in a folder of its own, reached over a socket alone.

It does not wait for the disk; what a transaction committed outlives a killed server all the same. It orders text as
Spanish does, so that whatever relies on the order of bytes shows.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

MISSING = "PostgreSQL is not installed: sudo apt-get install postgresql, or packaging/install-test-parts.sh"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "max_parallel_workers": "0",
    "track_activities": "on",
    "log_min_messages": "fatal",
}
_PR_SET_PDEATHSIG = 1
_EMPTY = """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'DELETE FROM ' || each.name;
  END LOOP;
  FOR each IN SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences
      WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE 'ALTER SEQUENCE ' || each.name || ' RESTART';
  END LOOP;
END $$
"""
"""Whatever tables there are: a new one needs no line here."""
_LEFT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class PostgresServer:
    """Use `begin`; one database a name, made when it is first asked for."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self.programs = programs
        self.folder = folder
        self._user = user
        self._running: subprocess.Popen[bytes] | None = None

    @classmethod
    def begin(cls) -> "PostgresServer":
        """Its files made, and started. PostgreSQL runs as nobody's root: as root we start it as its own user."""
        programs = _programs()
        if programs is None:
            pytest.skip(MISSING)
        folder, user = Path(tempfile.mkdtemp(prefix="sentinel-postgres-")), None
        if os.geteuid() == 0:
            user = "postgres"
            shutil.chown(folder, user, user)
        server = cls(programs, folder, user)
        try:
            server._run(
                "initdb", "-D", str(folder / "data"), "-U", "sentinel", "-A", "trust", "-E", "UTF8", "--no-sync",
                "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=es", "--no-instructions",
            )  # fmt: skip
            with (folder / "data" / "postgresql.conf").open("a") as stream:
                stream.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
                stream.write(f"unix_socket_directories = '{folder}'\n")
            server.start()
        except BaseException:
            server.end()
            raise
        return server

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                words, stdout=log, stderr=log, cwd=self.folder, preexec_fn=_ends_with_us, **self._as_user()
            )
        self._run("pg_isready", "-q", "-h", str(self.folder), until=60)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """SIGQUIT is ``-m immediate``: no transaction is ended, no page written."""
        if self._running is not None:
            self._running.send_signal(how)
            self._running.wait()
            self._running = None

    def end(self) -> None:
        """Stop it, and nothing is left."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """A database by its name, as somebody would write it into ``store.url``."""
        return f"postgresql://sentinel@/{name}?host={self.folder}"

    async def blank(self, name: str) -> str:
        """A database in which nothing was ever made."""
        await self.ask("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await self.ask("postgres", f'CREATE DATABASE "{name}"')
        return self.url(name)

    async def empty(self, name: str) -> str:
        """A database with whatever tables were made in it, and not one row; whoever was left on it is thrown out."""
        try:
            await self.ask(name, _LEFT)
        except asyncpg.InvalidCatalogNameError:
            return await self.blank(name)
        await self.ask(name, _EMPTY)
        return self.url(name)

    async def ask(self, name: str, statement: str) -> Sequence[Any]:
        """What a statement gives, past all that is tested."""
        connection = await asyncpg.connect(host=str(self.folder), user="sentinel", database=name)
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    def _run(self, program: str, *words: str, until: float = 0) -> None:
        """Run one of its programs; again while it says no, for so many seconds."""
        tries = int(until / 0.05) + 1
        for left in reversed(range(tries)):
            done = subprocess.run(
                [str(self.programs / program), *words],
                capture_output=True,
                cwd=self.folder,
                check=False,
                **self._as_user(),
            )
            if done.returncode == 0:
                return
            if self._running is not None and self._running.poll() is not None:
                break
            if left:
                _breathe()
        log = self.folder / "log"
        raise AssertionError(f"{program}: {done.stderr.decode()}{log.read_text() if log.exists() else ''}")

    def _as_user(self) -> dict[str, Any]:
        return {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}


def _programs() -> Path | None:
    """The newest of what is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    name = shutil.which("initdb")
    return Path(name).resolve().parent if name else None


def _ends_with_us() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _breathe() -> None:
    signal.sigtimedwait([], 0.05)
