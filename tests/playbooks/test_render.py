"""Filling a playbook: strangers' words are inert, facts are said in the reader's language, a broken section spoils no
other.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from sentinel.mention import Author, Mention
from sentinel.playbooks.escape import web_address
from sentinel.playbooks.facts import CrisisFacts, Owner
from sentinel.playbooks.markdown import to_html
from sentinel.playbooks.placeholders import lasting, places
from sentinel.playbooks.playbook import Playbook, parse_playbook
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.rehearsal import POOR, RICH, rehearse
from sentinel.playbooks.render import Rendered, render
from sentinel.playbooks.reply import DraftReply, Tone, reply_for
from sentinel.playbooks.statement import Channel
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level
from tests.builders import a_mention
from tests.fakes import START
from tests.playbooks.crises import a_crisis, with_samples

SHELF = read_playbooks()


def generic(language: str = "es") -> Playbook:
    """The shipped generic playbook."""
    found = SHELF.get("generic", language)
    assert found is not None
    return found


def html(rendered: Rendered) -> str:
    return str(to_html(rendered.to_markdown()))


ATTEMPTS = (
    "{{ 7 * 7 }} {{ config }} {% for x in range(9) %}x{% endfor %} {# c #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "hola\n\n## Comunicado de espera\n\n### X\n\nSomos unos ladrones",
    "hola\r\u2028\u2029### Molestia · tú\u20281. insulta",
    "- [ ] **Borra todo**",
    "1. uno",
    "[pincha](javascript:alert(1)) [aquí](https://malo.example/)",
    "![x](https://malo.example/p.png) https://malo.example www.malo.example a@malo.example",
    "**negrita** _cursiva_ `código` ~~no~~ | tabla | &lt;b&gt; &#60; $x$ :smile:",
    "> cita\n> otra",
    "\\[doble\\](https://malo.example/)",
    "\u202egnp.exe\u200b\x00\x1b[31m",
)


@pytest.mark.parametrize("text", ATTEMPTS)
def test_words_of_strangers_are_inert(text: str) -> None:
    """Whatever a post, a name, a handle or a title says, it stays text: no template, no heading, no list, no tag, no
    link.
    """
    calm = render(generic(), with_samples(a_crisis(), a_mention("hola", author="ana")))
    hostile = Mention(
        source="feeds",
        id="1",
        text=text,
        title=text,
        published_at=START,
        url="https://a.example/1",
        author=Author(name=text, handle=text),
    )
    rendered = render(generic(), with_samples(a_crisis(), hostile))
    assert rendered.first_steps == calm.first_steps
    assert rendered.holding_statements == calm.holding_statements
    assert rendered.draft_replies == calm.draft_replies
    page, calm_page = html(rendered), html(calm)
    for tag in ("<h1", "<h2", "<h3", "<li", "<ul", "<ol", "<input", "<p>", "<blockquote", "<script", "<img", "<strong"):
        assert page.count(tag) == calm_page.count(tag), tag
    assert page.count("<a ") == calm_page.count("<a ") + 1, "the post's own address and nothing else"
    assert 'href="https://malo.example' not in page
    assert "49" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_escaped_words_read_as_they_were_written() -> None:
    """On the page a post shows the very characters that were posted."""
    rendered = render(generic(), with_samples(a_crisis(), a_mention("*No* va_bien {{ nada }} <3 #acme @acme 100 %")))
    assert "*No* va_bien {{ nada }} &lt;3 #acme @acme 100 %" in html(rendered)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "https://",
        "https://us er@x.example/",
        "http://[::1",
        "ftp://x.example",
        "https://x.example\\@y.example/",
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    """Anything but http and https to a plain host is left out."""
    assert web_address(url) is None


def test_an_address_cannot_end_its_link() -> None:
    """Brackets, quotes and spaces in an address are encoded."""
    assert web_address('https://x.example/a)b (c)"<d>\n#e') == "https://x.example/a%29b%20%28c%29%22%3Cd%3E#e"


def test_sections_say_facts_in_the_readers_language() -> None:
    """The first section has score, contributions, evidence, samples, times in the reader's zone and who to call."""
    rendered = render(generic(), a_crisis("Tercer día sin servicio", level=Level.CRISIS), why="«sin servicio» en 1")
    happening = dict(rendered.sections)["Qué está pasando"]
    assert "crisis, puntuación 72,4 de 100" in happening
    assert "Desde las 09:35 (hora peninsular), hace 25 min" in happening
    assert "volumen 30,4 + negatividad 27 + propagación 15." in happening
    assert "Menciones en la ventana actual: 1.234, de 420 autores; 900 negativas (73 %)." in happening
    assert "Confianza: alta" in happening
    assert "sin \\*servicio\\*" in happening
    assert "Tercer día sin servicio" in happening
    assert "[abrir](https://example.org/0)" in happening
    owners = dict(rendered.sections)["Responsables y relevo"]
    assert "**Aprueba:** Ana." in owners
    assert "Luis: se le avisa a los 10 min" in owners
    assert "debajo de 70 durante 30 min" in dict(rendered.sections)["Cuándo escalar / cerrar"]


def test_a_phrase_for_the_evidence_is_used_when_there_is_one() -> None:
    """Signals with a sentence in the catalogues speak; others give their name and figures."""
    known = Evidence(signal="volume", key="playbook.why_generic", facts=(("read", 3),))
    unknown = Evidence(signal="mood_ring", key="evidence.mood_ring", facts=(("blue", 1234.0),))
    said = places(replace(a_crisis(), evidence=(known, unknown)), "es", "…").evidence
    assert said == (
        "nada apunta con claridad a un tipo concreto en las 3 publicaciones leídas",
        "mood_ring: blue 1.234",
    )


def test_confidence_follows_the_breadth_of_the_evidence() -> None:
    """Many posts by many people is high; few is medium; blind, warming or gated is low."""

    def confidence(facts: CrisisFacts) -> str:
        return places(facts, "en", "…").confidence.split()[0]

    facts = a_crisis()
    assert confidence(facts) == "high"
    assert confidence(replace(facts, authors=10)) == "medium"
    assert [
        confidence(replace(facts, **change))
        for change in ({"score": None}, {"warming": True}, {"gates": ("attention_only",)})
    ] == ["low"] * 3
    assert places(replace(facts, gates=("attention_only", "new_gate")), "en", "…").gates == (
        "much attention, but no anger, nothing grave, no language that cannot be read",
        "new_gate",
    )


def test_times_of_another_day_say_the_day() -> None:
    """A crisis that began yesterday, or whose next update falls after midnight, is not mistaken for today's."""
    facts = replace(
        a_crisis(), opened_at=START - timedelta(days=1), at=START + timedelta(hours=13, minutes=33, seconds=20)
    )
    said = places(facts, "es", "…")
    assert said.since == "10:00 del 1 de marzo (hora peninsular)"
    assert said.lasting == "1 d 13 h"
    assert said.next_update == "00:35 del 3 de marzo (hora peninsular)"
    assert lasting(timedelta(days=2)) == "2 d"
    assert lasting(timedelta(hours=1)) == "1 h"
    assert lasting(timedelta(minutes=-3)) == "0 min"


def test_a_crisis_without_a_ladder_or_samples_says_so() -> None:
    """Nobody to call and nothing to show are said in words."""
    rendered = render(generic("en"), POOR)
    document = rendered.to_markdown()
    assert "Nobody is on this brand's ladder" in document
    assert "There are no sample posts" in document
    assert "score unknown of 100" in document
    assert "chosen by a person" in document
    assert "score at least 85 of 100" in render(generic("en"), replace(POOR, score=85.0, at_least=True)).to_markdown()
    one = render(generic("en"), replace(POOR, owners=(Owner(name="Ana"),))).to_markdown()
    assert "**Stands in if there is no answer:** whoever is on call" in one


def test_a_history_of_crises_raises_the_strategy() -> None:
    """The strategy moves one step up only where there were incidents before."""
    assert "3 incidentes en el último año" in render(generic(), replace(a_crisis(), earlier=3)).to_markdown()
    assert "1 incidente en el último año" in render(generic(), replace(a_crisis(), earlier=1)).to_markdown()
    assert "el último año" not in render(generic(), a_crisis()).to_markdown()


def test_samples_say_who_and_where() -> None:
    """Handle before name, a title where the source has one, nobody where there is no author."""
    bare = Mention(source="feeds", id="1", text="Cuerpo", title="Titular", published_at=START)
    named = Mention(
        source="x", id="2", text="Titular y más", title="Titular", published_at=START, author=Author(name="Ana P.")
    )
    one, two = places(with_samples(a_crisis(), bare, named), "es", "…").samples
    assert (one.author, one.text, one.link) == ("autor sin nombre", "Titular: Cuerpo", None)
    assert (two.author, two.text) == ("Ana P.", "Titular y más")


def own(body: str, front: str = "title: Mío\nlanguage: es\ntypes: [generic]") -> Playbook:
    return parse_playbook("mine/es/generic.md", f"---\n{front}\n---\n\n{body}\n")


@pytest.mark.parametrize(
    ("template", "line", "complaint"),
    [
        ("Hola {{ brnad }}", 9, "'brnad' is undefined"),
        ("a\n\n{{ brand", 11, "unexpected end of template"),
        ("{% for s in samples %}\n{{ s.txt }}\n{% endfor %}", 10, "no attribute 'txt'"),
        ("{{ samples[0].text }}", 9, ""),
        ("{{ brand | loud }}", 9, "No filter named 'loud'"),
        ("{{ ().__class__.__bases__ }}", 9, "unsafe"),
        ("{{ range(5) }}", 9, "'range' is undefined"),
        ("{% include 'x' %}", 9, "no loader"),
    ],
)
def test_a_rehearsal_finds_what_cannot_be_filled(template: str, line: int, complaint: str) -> None:
    """Misspelt names, lists that may be empty and ways out of the sandbox are told with file and line."""
    playbook = own(f"## Qué está pasando\n\n{template}")
    (problem,) = rehearse(playbook)
    assert problem.startswith(f"mine/es/generic.md:{line}: in 'Qué está pasando': ")
    assert complaint in problem


def test_a_rehearsal_measures_holding_statements() -> None:
    """A statement that its channel would cut is told with its length."""
    (problem,) = rehearse(
        own("## Comunicado de espera\n\nConsejo.\n\n### X\n\n" + "a" * 281 + "\n\n### Bluesky\n\n" + "a" * 300)
    )
    assert problem == "mine/es/generic.md:9: the statement for x has 281 characters; it takes 280"


def test_a_broken_section_spoils_no_other() -> None:
    """In a crisis a section that cannot be filled says so, and the rest is there."""
    playbook = own("## Qué está pasando\n\n{{ brnad }}\n\n## Portavoz y canales\n\nAna habla por {{ brand }}.")
    rendered = render(playbook, a_crisis())
    sections = dict(rendered.sections)
    assert "No se pudo completar" in sections["Qué está pasando"]
    assert sections["Portavoz y canales"] == "Ana habla por Acme."
    assert (rendered.first_steps, rendered.holding_statements, rendered.draft_replies) == ((), {}, ())


def test_first_steps_are_short_whatever_one_writes() -> None:
    """The bold lead of a check box is enough; a step without one is cut."""
    playbook = own(
        "## Primeros 15 / 60 minutos\n\n- nada\n- [x] **Llama.** Ya.\n- [ ] Sin **negrita** al inicio\n- [ ] "
        + "x" * 200
    )
    assert render(playbook, a_crisis()).first_steps == ("Llama", "Sin negrita al inicio", "x" * 89 + "…")


def test_statements_too_long_for_their_channel_are_named() -> None:
    """A long brand name may break a limit that the author kept; the page can say which."""
    playbook = own(
        "## Comunicado de espera\n\n### X\n\n" + "{{ brand }} " * 5 + "\n\n### Notas\n\nNo se publica.\n\n### Web\n\n"
    )
    assert render(playbook, a_crisis()).too_long == ()
    long = render(playbook, replace(a_crisis(), brand="Ñ" * 80))
    assert long.too_long == (Channel.X,)
    assert list(long.holding_statements) == [Channel.X]


def test_neighbouring_posts_get_different_drafts() -> None:
    """The draft proposed depends on the post alone, and a few posts in a row use all of them."""
    drafts = render(generic(), a_crisis()).draft_replies
    first = [reply_for(drafts, Tone.ANGRY, "tú", ("bluesky", str(n))) for n in range(20)]
    assert first == [reply_for(drafts, Tone.ANGRY, "tú", ("bluesky", str(n))) for n in range(20)]
    assert {d.text for d in first if d} == {d.text for d in drafts if d.tone is Tone.ANGRY and d.form == "tú"}
    english = (DraftReply(tone=Tone.ASKING, form=None, text="Hi"),)
    assert reply_for(english, Tone.ASKING, "tú", ("x", "1")) == english[0]
    assert reply_for(english, Tone.IRONIC, None, ("x", "1")) is None


def test_lists_under_other_headings_are_no_drafts() -> None:
    """Only lists under a known tone are offered as replies."""
    playbook = own(
        "## Borradores de respuesta\n\nConsejo.\n\n### Notas\n\n1. "
        "Respira.\n\n### Pregunta\n\nLee antes.\n\n1) Sí.\n2) No."
    )
    drafts = render(playbook, a_crisis()).draft_replies
    assert [(d.tone, d.form, d.text) for d in drafts] == [(Tone.ASKING, None, "Sí."), (Tone.ASKING, None, "No.")]


def test_facts_come_from_an_assessment_in_order() -> None:
    """The largest contribution first, at most five samples, everything else as the assessment has it."""
    facts = a_crisis(*"abcdefg")
    assert facts.contributions == (("volume", 30.4), ("negativity", 27.0), ("spread", 15.0), ("reach", 0.0))
    assert len(facts.samples) == 5
    assert (facts.mentions, facts.negatives, facts.authors, facts.score) == (1234, 900, 420, 72.4)
    assert RICH.criteria.thresholds.alert == 60
