"""`sentinel init` at a terminal and over a pipe, in both languages, with slips on the way: each is said at once and
asked for again, and the file that comes of it is right and pages.
"""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sentinel.config.first_file import FirstBrand, FirstContact, FirstFile, first_yaml
from sentinel.config.loader import examine, load

PATIENCE = 180.0
COMMAND = [sys.executable, "-m", "sentinel", "init", "-c"]
TALKS = {
    "es": [
        ("Idioma / Language", "fr"),
        ("«fr» no está entre en, es", "es"),
        ("Zona horaria", "Europa/Madrid"),
        ("¿Querías decir Europe/Madrid?", "Europe/Madrid"),
        ("Nombre de la marca", ""),
        ("Hace falta al menos uno", "!!!"),
        ("no tiene ninguna letra", "Café Norte"),
        ("cuando habla de Café Norte", "café norte, @cafenorte, #cafénorte"),
        ("a otra cosa", "Cafe Norte"),
        ("ya sirve para encontrar a Café Norte", "café norte de lima"),
        ("otra marca", "CAFÉ NORTE"),
        ("ya está", ""),
        ("¿A quién se avisa primero", "Ana María"),
        ("¿Dónde recibe Ana María", "ana@example.org"),
        ("Empieza por el servicio", "${SENTINEL_NO_SUCH_THING}"),
        ("El entorno no tiene SENTINEL_NO_SUCH_THING", "log://"),
        ("después", "Luis"),
        ("¿Dónde recibe Luis", "log://"),
        ("después", ""),
        ("Bluesky", "quizá"),
        ("no es ni s ni n", "n"),
        ("RSS", ""),
        ("por HTTP", "n"),
        ("Sin ninguna fuente", None),
        ("Bluesky", "n"),
        ("RSS", "example.com/rss"),
        ("no es una dirección web", "https://example.com/rss"),
        ("por HTTP", ""),
        ("ok\n", None),
        ("prueba a Ana María", "s"),
        ("accepted", None),
        ("prueba a Luis", ""),
        ("SIMULACRO", None),
        ("sentinel drill --brand 'Café Norte' -c", None),
    ],
    "en": [
        ("Idioma / Language", "en"),
        ("Time zone", "xyzzy"),
        ("is no time zone. Write one", "America/Bogota"),
        ("Name of the brand", "Acme"),
        ("when they mean Acme", ""),
        ("somebody else", ""),
        ("another brand", "Zeta $${x"),
        ("when they mean", "zeta, ---"),
        ("“---” has no letter", "zeta"),
        ("somebody else", "zeta jones"),
        ("another brand", ""),
        ("Who is paged first", "Boss"),
        ("reach Boss?", ""),
        ("There has to be one", "ntfys://topic?priority=loud"),
        ("does not do:", "log://"),
        ("after that", "boss"),
        ("boss is there already", ""),
        ("Bluesky", "y"),
        ("RSS", ""),
        ("over HTTP", "y"),
        ("test page to Boss", "n"),
        ("marked DRILL", None),
        ("sentinel drill --brand Acme -c", None),
    ],
}


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, *command: str) -> None:
        self.heard, self.at = "", 0
        self._raw = b""
        self._here, there = pty.openpty()
        self._program = subprocess.Popen(
            command, stdin=there, stdout=there, stderr=there, close_fds=True, env={**os.environ, "LANG": "es_ES.UTF-8"}
        )
        os.close(there)

    def wait_for(self, text: str) -> None:
        """Until it has said this, after what it said before."""
        until = time.monotonic() + PATIENCE
        while (found := self.heard.find(text, self.at)) < 0:
            assert time.monotonic() < until, f"it never said {text!r}, but {self.heard[self.at :]!r}"
            if not select.select([self._here], [], [], 0.2)[0]:
                continue
            try:
                more = os.read(self._here, 65536)
            except OSError:
                more = b""
            assert more, f"it ended without {text!r}: {self.heard[self.at :]!r}"
            self._raw += more
            self.heard = self._raw.decode("utf-8", "ignore").replace("\r", "")
        self.at = found + len(text)

    def type(self, line: str) -> None:
        os.write(self._here, f"{line}\n".encode())

    def end(self) -> int:
        code = self._program.wait(PATIENCE)
        os.close(self._here)
        return code

    def stop(self) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.wait()


@pytest.mark.parametrize("language", TALKS)
def test_at_a_terminal_with_slips_on_the_way(tmp_path: Path, language: str) -> None:
    """Each slip is told with its reason; the file passes, with comments in the language that was chosen."""
    path = tmp_path / "new" / "sentinel.yaml"
    terminal = Terminal(*COMMAND, str(path))
    try:
        for said, answer in TALKS[language]:
            terminal.wait_for(said)
            if answer is not None:
                terminal.type(answer)
        assert terminal.end() == 0
    finally:
        terminal.stop()
    config = load(path, {})
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    if language == "es":
        assert (config.language, config.timezone) == ("es", "Europe/Madrid")
        assert config.brands[0].match.any == ("café norte", "@cafenorte", "#cafénorte")
        assert [step.notify for step in config.policies["default"].steps] == [("ana_maria",), ("luis",)]
        assert set(config.sources) == {"feeds", "http"}
        assert "# las personas, con los canales" in text
    else:
        assert [brand.name for brand in config.brands] == ["Acme", "Zeta $${x"]
        assert [step.notify for step in config.policies["default"].steps] == [("boss",), ("boss",)]
        assert "# people, with the channels" in text


def piped(path: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, str(path)], input="".join(f"{line}\n" for line in lines), capture_output=True, text=True, check=False
    )


def test_over_a_pipe_and_never_over_another_file(tmp_path: Path) -> None:
    """Without a terminal the same questions are answered line by line; a file that is there stays, unless one says
    so.
    """
    path, other = tmp_path / "s.yaml", tmp_path / "other.yaml"
    path.write_text("mine", encoding="utf-8")
    done = piped(path, "en", "n", "")
    assert (done.returncode, path.read_text(encoding="utf-8")) == (0, "mine")
    assert "Nothing was written." in done.stdout
    rest = ("UTC", "Acme", "", "", "", "Ana", "log://", "", "n", "", "y", "n")
    done = piped(path, "en", "n", str(other), *rest)
    assert done.returncode == 0, done.stderr
    assert examine(other).problems == []
    assert path.read_text(encoding="utf-8") == "mine"
    assert piped(path, "en", "y", *rest).returncode == 0
    assert load(path, {}).brands[0].name == "Acme"


def test_answers_that_end_early_write_nothing(tmp_path: Path) -> None:
    """Half a conversation is no configuration."""
    done = piped(tmp_path / "s.yaml", "en", "UTC", "Acme")
    assert done.returncode == 2
    assert "the answers ended at" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("odd", ["no", "1.5", "a: b", "#tag", "'\"", "- x", "null", "{x}", "${HOME}", "ñ 李"])
def test_odd_names_stand_in_the_file_as_they_are(tmp_path: Path, odd: str) -> None:
    """What YAML takes for something else is put in quotes."""
    file = FirstFile(
        language="es",
        zone="Europe/Madrid",
        brands=(FirstBrand(name=f"x {odd}", any=(f"{odd} y",), none=()), FirstBrand(name="b", any=("b",), none=())),
        contacts=(FirstContact(key="no", name=odd, channels=("log://",)),),
        bluesky=True,
        feeds=("https://example.com/a?b=1&c={d}",),
        http=True,
    )
    path = tmp_path / "s.yaml"
    path.write_text(first_yaml(file, lambda key: key, "s.yaml"), encoding="utf-8")
    config = load(path, {})
    assert (config.brands[0].name, config.brands[0].match.any) == (f"x {odd}", (f"{odd} y",))
    assert config.contacts["no"].name == odd
