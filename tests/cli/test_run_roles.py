"""``sentinel run --role``: what of a daemon a process does."""

from pathlib import Path

import pytest

from sentinel.assembly.process_roles import PARTS, ProcessRole, roles_of
from sentinel.cli.daemon import run
from sentinel.errors import BadInput


def test_roles_add_up() -> None:
    """One process does everything unless it is told otherwise; several roles are done by one."""
    assert roles_of(()) == roles_of([ProcessRole.ALL, ProcessRole.WEB]) == frozenset(PARTS)
    assert roles_of([ProcessRole.WEB, ProcessRole.INGEST]) == {ProcessRole.WEB, ProcessRole.INGEST}


def test_a_part_of_the_only_process(tmp_path: Path) -> None:
    """Without partitions one process does all; one that would do less is refused, with what to write."""
    config = tmp_path / "sentinel.yaml"
    config.write_text("brands: [{name: Acme}]\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"--role web --role ingest: cluster\.partitions is 0.*write 16 there"):
        run(config, [ProcessRole.WEB, ProcessRole.INGEST])
