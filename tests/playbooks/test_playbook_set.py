"""One's own playbooks stand before the shipped ones, hide their namesakes and borrow what they leave out."""

from pathlib import Path

import pytest

from sentinel.errors import ConfigError, SentinelError
from sentinel.playbooks.choose import choose, fold
from sentinel.playbooks.playbook import CrisisType, Playbook, Section, heading, parse_playbook
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.reader import read_playbooks, shipped_folder
from sentinel.scoring.level import Level
from tests.builders import a_mention
from tests.playbooks.crises import a_crisis, with_samples

OUTAGE_POSTS = ("sin servicio desde las 8", "Acme lleva caída horas", "otra caída")


def mine(
    folder: Path, name: str, front: str, body: str = "## Portavoz y canales\n\nAna.\n", language: str = "es"
) -> None:
    """A file of the user's own."""
    (folder / language).mkdir(exist_ok=True)
    (folder / language / name).write_text(
        f"---\ntitle: Mío\nlanguage: {language}\n{front}\n---\n{body}", encoding="utf-8"
    )


def test_ones_own_goes_first_and_borrows_the_rest(tmp_path: Path) -> None:
    """A file with a single section replaces that section of its namesake; the others come from the shipped one, then
    from generic.
    """
    mine(tmp_path, "outage.md", "types: [outage]", "## Portavoz y canales\n\nAna.\n\n## Nuestros teléfonos\n\n112\n")
    playbooks = read_playbooks(tmp_path)
    shipped = read_playbooks()
    found = [p for p in playbooks if (p.name, p.language) == ("outage", "es")]
    assert len(found) == 1
    (playbook,) = found
    theirs, generic = shipped.get("outage", "es"), shipped.get("generic", "es")
    assert theirs
    assert generic
    assert playbook.sections[heading("es", Section.SPOKESPERSON)] == "Ana."
    assert playbook.sections[heading("es", Section.FIRST_STEPS)] == theirs.sections[heading("es", Section.FIRST_STEPS)]
    assert playbook.sections[heading("es", Section.SEVERITY)] == generic.sections[heading("es", Section.SEVERITY)]
    assert list(playbook.sections)[-1] == "Nuestros teléfonos"
    assert choose(playbooks, a_crisis(*OUTAGE_POSTS)).playbook.title == "Mío", "cues come from the namesake too"
    assert choose(playbooks, a_crisis(*OUTAGE_POSTS, language="en")).playbook.title == "Service outage"


def test_a_playbook_for_one_brand_leaves_the_others_theirs(tmp_path: Path) -> None:
    """Acme gets its own, Globex the shipped one."""
    mine(tmp_path, "outage.md", "types: [outage]\nbrands: [globex]")
    mine(tmp_path, "ours.md", "types: [outage]")
    mine(tmp_path, "acme.md", "types: [outage]\nbrands: [Acme]\nlevels: [crisis]")
    playbooks = read_playbooks(tmp_path)
    names = {
        level: choose(playbooks, a_crisis(*OUTAGE_POSTS, level=level)).playbook.name
        for level in (Level.WATCH, Level.CRISIS)
    }
    assert names == {Level.WATCH: "ours", Level.CRISIS: "acme"}
    assert len([p for p in playbooks if (p.name, p.language) == ("outage", "es")]) == 2


def test_the_cues_of_a_namesake_count_once(tmp_path: Path) -> None:
    """One's own cues replace the shipped ones of the same name where one's own fits."""
    mine(tmp_path, "customer_care.md", "types: [customer_care]\ncues: {zzz: 9}")
    mine(
        tmp_path,
        "customer_care.md",
        "types: [customer_care]\nbrands: [Acme]\ncues: {zzz: 9}",
        language="en",
        body="## Note\n\nx\n",
    )
    choice = choose(read_playbooks(tmp_path), a_crisis("customer service", "nadie responde", "hola"))
    assert choice.type is CrisisType.GENERIC
    assert choose(read_playbooks(tmp_path), a_crisis("zzz", "zzz", "hola")).playbook.title == "Mío"


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    """A wrong key, a misspelt placeholder and a file that is not UTF-8 are told together."""
    mine(tmp_path, "a.md", "types: [flood]")
    mine(tmp_path, "b.md", "types: [outage]", "## Portavoz y canales\n\n{{ brnad }}\n")
    (tmp_path / "es" / "c.md").write_bytes(b"---\ntitle: ca\xedda\n")
    (tmp_path / "README.md").write_text("about these", encoding="utf-8")
    (tmp_path / "es" / "README.md").write_text("about these", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    with pytest.raises(ConfigError) as caught:
        read_playbooks(tmp_path)
    problems = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
    assert "a.md:4: types" in problems
    assert "b.md:8: in 'Portavoz y canales': 'brnad' is undefined" in problems
    assert "c.md:1: is not UTF-8 (invalid" in problems


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A mistyped path or an empty folder does not pass for no playbooks."""
    with pytest.raises(ConfigError, match="is no folder"):
        read_playbooks(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="holds no playbook"):
        read_playbooks(tmp_path)


def test_the_shipped_folder_is_found() -> None:
    """In a checkout it lies beside the package."""
    assert {folder.name for folder in shipped_folder().iterdir()} >= {"es", "en"}


def parse(name: str, front: str, body: str = "## Nota\n\nx\n") -> Playbook:
    return parse_playbook(f"{name}.md", f"---\ntitle: T\nlanguage: es\n{front}\n---\n{body}")


def test_a_section_that_nobody_has_is_told() -> None:
    """A set without a whole generic playbook is refused."""
    with pytest.raises(ConfigError, match=r"outage\.md:1: lacks the sections 'Qué está pasando', "):
        PlaybookSet.of([parse("outage", "types: [outage]")])


def test_a_shelf_without_generic_cannot_choose() -> None:
    """Where nothing fits and nothing stands in, it says which file is missing."""
    with pytest.raises(SentinelError, match=r"add es/generic\.md"):
        choose(PlaybookSet((parse("outage", "types: [outage]"),)), a_crisis())


def test_generic_for_another_brand_still_beats_nothing() -> None:
    """If the only generic playbook names another brand, it is better than an empty page."""
    playbooks = PlaybookSet((parse("generic", "types: [generic]\nbrands: [Globex]"),))
    assert choose(playbooks, a_crisis()).playbook.name == "generic"


def test_the_evidence_says_which_words_in_how_many_posts() -> None:
    """Heaviest first, counted once a post however often it says them; runners-up keep theirs."""
    choice = choose(
        read_playbooks(),
        a_crisis(
            "sin servicio, sin servicio, SIN  SERVICIO", "Sin servicio otra vez", "apagón", "nadie responde", "hola"
        ),
    )
    assert choice.playbook.name == "outage"
    assert [(cue.term, cue.mentions) for cue in choice.evidence] == [("sin servicio", 2), ("apagón*", 1)]
    assert choice.why("es") == "«sin servicio» en 2, «apagón…» en 1, de 5 publicaciones leídas"
    assert choice.why("en") == "“sin servicio” in 2, “apagón…” in 1, out of 5 posts read"
    assert [(s.type, s.points, s.mentions) for s in choice.runners_up] == [(CrisisType.CUSTOMER_CARE, 4, 1)]


def test_weak_evidence_chooses_generic() -> None:
    """One post of many, a tie, or too light a word does not decide; what there was is still shown."""
    playbooks = read_playbooks()
    one_of_many = choose(playbooks, a_crisis("sin servicio", "hola", "buenas"))
    tie = choose(playbooks, a_crisis("apagón", "atención al cliente"))
    light = choose(playbooks, a_crisis("los servidores"))
    for choice in (one_of_many, tie, light):
        assert choice.playbook.name == "generic"
        assert choice.runners_up
    assert choose(playbooks, a_crisis("sin servicio", "hola")).playbook.name == "outage", (
        "one of two is half of what there is"
    )


def test_words_match_whole_and_titles_count() -> None:
    """«caída» is not found in «decaída», is found in a headline, and links are not read."""
    playbooks = read_playbooks()
    assert choose(playbooks, a_crisis("estoy decaída", "https://x.example/outage", "hola")).runners_up == ()
    headline = a_mention("Leer más")
    article = type(headline)(
        source="feeds", id="1", text="…", title="Caída del servicio de Acme", published_at=headline.published_at
    )
    assert choose(playbooks, with_samples(a_crisis(), article)).playbook.name == "outage"
    assert fold("It\u2019s  ＤＯＷＮ") == "it's down"
