"""Secrets that are less than secret are named before somebody else finds them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app
from sentinel.config.guarded import open_to_others
from tests.config.test_mistakes import ONE

LONG = "0123456789abcdef0123456789abcdef"


def checked(folder: Path, text: str, mode: int = 0o644, **environment: str) -> str:
    path = folder / "s.yaml"
    path.write_text(ONE + text)
    path.chmod(mode)
    answer = CliRunner().invoke(app, ["check-config", "-c", str(path)], env=environment)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_a_short_token_is_named_and_not_repeated(tmp_path: Path) -> None:
    """Its place, its length and a command that makes a better one."""
    said = checked(tmp_path, "web: {tokens: [s3cr3t]}\naccess: {tokens: [{name: shop, token: w0rd, scopes: [read]}]}\n")
    assert "web.tokens.0: warning: the token has 6 characters" in said
    assert "access.tokens.0.token: warning: the token has 4 characters" in said
    assert "openssl rand -hex 24" in said
    assert "s3cr3t" not in said
    assert "w0rd" not in said


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (f"web: {{tokens: [{LONG}]}}\n", 0o644, True),
        (f"web: {{tokens: [{LONG}]}}\n", 0o640, False),
        ("web: {tokens: ['${TOKEN}']}\n", 0o644, False),
        ("", 0o644, False),
    ],
)
def test_a_file_with_secrets_is_for_its_owner(tmp_path: Path, text: str, mode: int, told: bool) -> None:
    """Where they stand in the environment, whoever likes may read it."""
    said = checked(tmp_path, text, mode, TOKEN=LONG)
    assert ("may be read by everybody" in said) is told
    assert LONG not in said


def test_open_to_others(tmp_path: Path) -> None:
    """A file says so, what is none does not."""
    path = tmp_path / "sentinel.db"
    path.touch()
    path.chmod(0o644)
    assert f"chmod o= {path}" in open_to_others(path)
    path.chmod(0o600)
    assert open_to_others(path) == open_to_others(tmp_path) == open_to_others(tmp_path / "none") == ""
