"""A store that cannot be opened: the start ends and says what to do, and the operators hear of it, once an hour."""

from pathlib import Path

import yaml

from tests.forks.children import run_command
from tests.stories.daemon import a_free_port, settings_for
from tests.stories.phone import a_phone


def test_a_file_that_never_was_a_store(tmp_path: Path) -> None:
    """Exit 1 each time; the operator's phone has one message."""
    store = tmp_path / "sentinel.db"
    store.write_bytes(b"somebody's letters" * 400)
    with a_phone() as phone:
        config = _written(tmp_path, settings_for(phone.url("ana"), phone.url("boss"), operators=["boss"]))
        for _ in range(2):
            status, said = _run(config)
            assert (status, "cannot be opened: file is not a database; restore a backup" in said) == (1, True)
        assert [(who, title) for who, title, _ in phone.pages] == [
            ("boss", "💾 Sentinel no puede arrancar: no puede abrir su base de datos")
        ]
    assert store.read_bytes() == b"somebody's letters" * 400


def _written(folder: Path, settings: dict[str, object]) -> Path:
    shape = settings | {"web": {"port": a_free_port()}, "store": {"url": f"sqlite:///{folder / 'sentinel.db'}"}}
    config = folder / "sentinel.yaml"
    config.write_text(yaml.safe_dump(shape, allow_unicode=True), encoding="utf-8")
    return config


def _run(config: Path) -> tuple[int, str]:
    ended = run_command("run", "-c", str(config))
    return ended.status, ended.err
