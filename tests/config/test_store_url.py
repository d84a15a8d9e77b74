"""The store's URL: what is missing for it is said before a daemon starts, with what to type."""

from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.config.store_url import unusable
from tests.config.test_mistakes import ONE


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that brings it is named."""
    find = PathFinder.find_spec
    monkeypatch.setattr(PathFinder, "find_spec", lambda name, *more: None if name == "asyncpg" else find(name, *more))
    monkeypatch.delitem(__import__("sys").modules, "asyncpg")
    assert unusable("postgresql", "asyncpg") == (
        "postgresql needs the driver asyncpg, which is not installed; type pip install 'sentinel[postgres]'"
    )


@pytest.mark.parametrize("url", ["postgresql://u@h/d", "postgres://u:p@h/d", "postgresql+asyncpg://u@/d?host=/run/pg"])
def test_a_server_needs_no_driver_in_its_url(tmp_path: Path, url: str) -> None:
    """As hosts of databases hand it out, and as SQLAlchemy spells it."""
    (tmp_path / "sentinel.yaml").write_text(f"{ONE}store: {{url: '{url}'}}\n", encoding="utf-8")
    assert load(tmp_path / "sentinel.yaml").store.url.get_secret_value() == url
