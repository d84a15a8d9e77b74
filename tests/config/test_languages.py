"""A language is data: a folder makes one, and what it lacks is named, all of it."""

from pathlib import Path

import pytest

from sentinel.config.languages import missing_of, word_lists
from sentinel.phrases.phrases import catalogue, languages
from sentinel.playbooks.reader import read_playbooks
from tests.contracts.added import install, run

ESPERANTO = {
    "esperanto-1.0.dist-info/entry_points.txt": "[sentinel.phrases]\nesperanto = esperanto.phrases\n",
    "esperanto/phrases/eo/page.yaml": 'repeat: "ripeto"\ntitle_stale: "sen lokoj por plenigi"\n',
}
HERE = "brands: [{name: Acme}]\nlanguage: eo\n"


@pytest.fixture(scope="module")
def esperanto(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("site"), ESPERANTO, "esperanto")


@pytest.mark.parametrize("language", languages())
def test_ours_lack_nothing(language: str) -> None:
    """Every language that ships has every phrase, playbook and word list."""
    known = {(playbook.name, playbook.language) for playbook in read_playbooks()}
    assert list(missing_of(language, known)) == []


def test_a_new_one_lacks_what_is_named(esperanto: Path, tmp_path: Path) -> None:
    """The file is right, and `check-config` warns of each phrase, playbook and word list that is missing, at the place
    where the language is written; what has other places to fill counts as missing.
    """
    file = tmp_path / "sentinel.yaml"
    file.write_text(HERE)
    checked = run(esperanto, "-m", "sentinel", "check-config", "-c", str(file))
    assert (checked.returncode, checked.stdout) == (0, "ok\n")
    said = checked.stderr.splitlines()
    assert all(line.startswith(f"{file}:2:") and "language: warning: 'eo' lacks the " in line for line in said)
    phrases = {
        key
        for line in said
        if "lacks the phrases" in line
        for key in line.split("lacks the phrases ")[1].split(";")[0].split(", ")
    }
    assert phrases == set(catalogue("en")) - {"page.repeat"}
    (playbooks,) = [line for line in said if "lacks the playbooks" in line]
    assert all(f" {each.name}" in playbooks for each in read_playbooks() if each.language == "en")
    (lists,) = [line for line in said if "lacks the word lists" in line]
    assert all(path in lists for _, path in word_lists("eo"))


def test_what_it_lacks_is_said_in_english(esperanto: Path) -> None:
    """A page must not fail for a phrase that nobody has translated yet, nor for a playbook."""
    code = """
from sentinel.phrases.phrases import catalogue, say
from sentinel.playbooks.choose import choose
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.render import render
from tests.playbooks.crises import a_crisis

print(say("eo", "page.repeat"), catalogue("eo")["page.title_stale"] == catalogue("en")["page.title_stale"])
facts = a_crisis("sin servicio desde las 8", "Acme lleva caída horas", "otra caída", language="eo")
print(render(choose(read_playbooks(), facts).playbook, facts).title)
"""
    assert run(esperanto, "-c", code).stdout == "ripeto True\nService outage · Acme\n"


def test_one_that_nobody_wrote_is_a_mistake(tmp_path: Path, esperanto: Path) -> None:
    """With those that there are."""
    file = tmp_path / "sentinel.yaml"
    file.write_text(HERE.replace("eo", "tlh"))
    checked = run(esperanto, "-m", "sentinel", "check-config", "-c", str(file))
    assert checked.returncode == 2
    assert all(f"{spoken}" in checked.stdout for spoken in ("en", "eo", "es"))
