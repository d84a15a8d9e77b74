"""``sentinel match`` tells what each brand takes and misses."""

import json
from pathlib import Path

from typer.testing import CliRunner

from sentinel.cli.main import app

CONFIG = """
brands:
  - {name: Acme, match: {any: [acme, "@acme_es"], none: ["acme records"]}}
  - {name: Mango, match: {any: [{word: Mango, case: true, with: [tienda], near: 6}]}}
  - {name: Orange}
"""


def lines(*texts: str) -> str:
    return "".join(
        json.dumps({"source": "x", "id": str(n), "text": text, "published_at": "2026-03-02T10:00:00Z"}) + "\n"
        for n, text in enumerate(texts)
    )


def ran(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    (tmp_path / "sentinel.yaml").write_text(CONFIG, encoding="utf-8")
    result = CliRunner().invoke(app, [*arguments, "-c", str(tmp_path / "sentinel.yaml")])
    return result.exit_code, result.output


def test_each_brand_by_term_with_samples(tmp_path: Path) -> None:
    """Taken first, then what was nearly taken and why; as a table or as JSON."""
    recording = tmp_path / "m.jsonl"
    recording.write_text(
        lines("acme falla", "Acme falla otra vez", "Acme Records", "batido de mango", "la tienda Mango", "nada"),
        encoding="utf-8",
    )
    code, said = ran(tmp_path, "match", str(recording), "--json", "--samples", "1")
    rows = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert [(row["brand"], row["term"], row["reason"], row["mentions"]) for row in rows] == [
        ("Acme", "acme", "taken", 2),
        ("Acme", "acme records", "ruled_out", 1),
        ("Mango", "Mango", "taken", 1),
        ("Mango", "Mango", "condition", 1),
    ]
    assert rows[0]["samples"] == ["acme falla"]
    code, said = ran(tmp_path, "match", str(recording))
    assert code == 0
    assert "6 mentions, 3 about no brand" in said


def test_check_config_warns_of_an_everyday_word(tmp_path: Path) -> None:
    """With its place, its language and what to write; a term with conditions is fine."""
    code, said = ran(tmp_path, "check-config")
    assert code == 0
    assert "brands.2.name: warning: 'Orange' is an everyday word of English" in said
    assert "{word: Orange, case: true, with: [" in said
    assert "Mango" not in said
