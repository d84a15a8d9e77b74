"""``sentinel user hash``: from a password on standard input to the line of the configuration."""

import subprocess
import sys

from argon2 import PasswordHasher


def hashed(text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sentinel", "user", "hash"]
    return subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_password_becomes_a_hash_that_knows_it() -> None:
    """One line on stdout and nothing else; the line's end is no part of it."""
    made = hashed("caballo correcto ñ\n")
    assert made.returncode == 0
    assert made.stderr == ""
    assert made.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PasswordHasher().verify(made.stdout.strip(), "caballo correcto ñ")


def test_a_short_one_is_refused_and_not_repeated() -> None:
    """Exit code 2, as for every bad input."""
    made = hashed("hunter2\n")
    assert made.returncode == 2
    assert made.stdout == ""
    assert "has 7 characters; give it 8 to 1024" in made.stderr
    assert "hunter2" not in made.stderr
