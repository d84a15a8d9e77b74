"""Words of strangers that want to be more than words, wherever a page shows what somebody wrote; and what a page is
made of.
"""

from dataclasses import replace
from html.parser import HTMLParser

from sentinel.config.schema import Config
from sentinel.engine.board import BrandCard
from sentinel.incidents.incident import Incident
from sentinel.mention import Author, Mention
from sentinel.playbooks.escape import quoted
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.render import render
from sentinel.playbooks.reply import DraftReply, Tone
from sentinel.playbooks.statement import Channel
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, Standing
from tests.fakes import START
from tests.playbooks.crises import a_crisis, with_samples
from tests.web.stand import Stand, a_source, an_assessment

SHELF = read_playbooks()
PLAIN = "palabras sin más"
HOSTILE = {
    "a script": "<script>window.ran = 1</script>",
    "an image that fails": "<img src=x onerror='window.ran = 1'>",
    "the end of an attribute": '" autofocus onfocus="window.ran = 1" x="',
    "the end of a single quoted one": "' onmouseover='window.ran = 1' x='",
    "the end of the text area": "</textarea></title></style></script><svg onload='window.ran = 1'>",
    "the end of a comment": "--><iframe srcdoc='<script>parent.ran = 1</script>'></iframe><!--",
    "a drawing": (
        "<svg><animate onbegin='window.ran = 1' attributeName=x></svg><math><mi xlink:href='javascript:window.ran=1'>"
    ),
    "a form of theirs": "</form><form action=https://evil.example><button>ok</button><base href=//evil.example>",
    "a template": "{{ 7*7 }}{% for x in range(9) %}x{% endfor %}{{ ''.__class__ }}{# #}${7*7}<%= 7*7 %>",
    "entities": "&lt;script&gt;window.ran=1&lt;/script&gt;&#60;img src=x onerror=window.ran=1&#62;",
    "a page of its own": (
        "<meta http-equiv=refresh content='0;url=//evil.example'><link rel=stylesheet href=//evil.example/x.css>"
    ),
    "signs that turn text round": "\u202e\u2066txet\u2069\u200b\ufeff\u0085\u2028<b>\x0b\x0c</b>",
}
ADDRESSES = (
    "javascript:window.ran=1",
    " JavaScript:window.ran=1",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "//evil.example",
    'https://a.example/"onclick="x',
)

MARK = ("mark", "class")
"""Where a word is marked in a post depends on the post's words; the mark itself is ours."""


def a_hostile_stand(words: str, url: str = "https://a.example/") -> tuple[Stand, Incident]:
    """A brand on fire where every text that somebody else wrote says ``words``: posts, names, facts, sources, playbook,
    notes.
    """
    name = words[:80].strip() or PLAIN
    stand = Stand(
        config=Config.model_validate(
            {"language": "es", "brands": [{"name": name}], "contacts": {"ana": {"name": words, "channels": ["log://"]}}}
        )
    )
    sample = Mention(
        source=words[:64],
        id="1",
        text=words,
        title=words,
        published_at=START,
        url=url,
        lang="es",
        author=Author(id="1", name=words, followers=9),
    )
    reasons = (Evidence(signal=words, key="evidence.unheard_of", facts=(("what", words), ("count", 2.0))),)
    seen = an_assessment(
        name, Level.CRISIS, 90.0, samples=(sample,), evidence=reasons, contributions={words: 50.0, "volume": 40.0}
    )
    incident = stand.scored(seen)
    stand.cards.append(BrandCard(name=name, assessment=seen, incident=incident, blind=(words,), history=()))
    stand.sources.append(replace(a_source(words, words, START, START, 2, words)))
    heard = HeardAs(brand=name, label=Label.NEGATIVE, probability=0.9, standing=Standing.COUNTED)
    hearing = Hearing(brands=(heard,), lang="es", grave="grave")
    stand.heard.kept = [HeardMention(number=1, mention=sample, heard_at=START, at=START, hearing=hearing)]
    stand.ailments = [words]
    reply = DraftReply(tone=Tone.ANGRY, form=None, text=words)
    playbook = SHELF.get("generic", "es")
    assert playbook is not None
    filled = render(playbook, with_samples(a_crisis(), sample))
    stand.rendered = replace(
        filled,
        title=words,
        first_steps=(words,),
        sections=((words, quoted(words, 600)), *filled.sections),
        holding_statements={Channel.BLUESKY: words},
        draft_replies=(reply,),
    )
    return stand, incident


class Made(HTMLParser):
    """What a page is made of: its elements, each with the names of its attributes, and the addresses in them; not the
    words.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (element := (tag, *(name for name, _ in attrs))) != MARK:
            self.elements.append(element)
        self.addresses += [
            value or ""
            for name, value in attrs
            if name in ("href", "src", "action", "formaction", "data", "xlink:href")
        ]

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment",))
