"""Strangers' texts cost what their length is worth: eight times the text takes some eight times the work, whatever it
is made of.
"""

import time
from collections.abc import Callable

import pytest

from sentinel.harmless import one_line, quotable
from sentinel.matching.duplicates import Voices
from sentinel.matching.searched import searched_text
from sentinel.playbooks.escape import quoted, web_address
from sentinel.playbooks.length import shorten
from sentinel.reports.markdown import escaped
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.seed import load_seed
from sentinel.signals.words import passes_on, words_of
from sentinel.sources.feed_body import is_page, to_document, to_text
from sentinel.sources.feed_item import canonical
from sentinel.sources.instants import read_stamp
from sentinel.sources.mail_articles import read_mail
from sentinel.sources.plain_text import strip_html, unescape
from tests.fakes import START

SHORT, TIMES = 4_000, 8
ALLOWED = 24.0
"""Growth of the work; what is quadratic grows by 64."""
LITTLE = 0.05
"""Seconds of processor time that no noise of the machine fills; less of them is no growth."""
UNITS = (
    *(
        "<a ",
        "<",
        "<b>",
        "<div>",
        "</a ",
        "<!--",
        "<![CDATA[",
        "<script>",
        "<span class=invisible>",
        '<a href="',
        "<a '>",
    ),
    *(
        "<a b='\"",
        "&",
        "&amp",
        "&#9",
        "&lt;",
        "a.",
        "a. ",
        "http://",
        "https://a.b/",
        "www.",
        "@a",
        "@a.",
        "#A",
        "#aA",
        "'",
    ),
    *(
        "a' ",
        "l'a ",
        " - ",
        "ja",
        "jaa",
        "aa",
        "😭",
        "👩\u200d",
        "\u0301",
        "\u202e",
        "1",
        "1/1/",
        "1.",
        "30 de ",
        "x" * 40,
    ),
    *(
        "\\",
        "**",
        "[",
        "](",
        "`",
        "|",
        "\n",
        " ",
        "no ",
        "ni una ",
        "gracias por ",
        "ĳ",
        "ﷺ",
        "日本",
        "_",
        "-",
        "(",
        "+",
    ),
    *("(:", ":-(", "\\u00", "\u00a0", "%"),
)


SEED = load_seed()
READERS: dict[str, Callable[[str], object]] = {
    "HTML": strip_html,
    "entities": unescape,
    "one line": one_line,
    "quotable": quotable,
    "matching": searched_text,
    "copies": lambda text: Voices().is_copy(text, START),
    "language": detect_language,
    "sentiment": lambda text: SEED.sentiment_of(text, "es"),
    "words": words_of,
    "passed on": passes_on,
    "playbook": lambda text: quoted(text, 10**6),
    "address": web_address,
    "link": lambda text: canonical(f"https://a.example/{text}"),
    "shortened": lambda text: shorten(text, 10**6),
    "report": escaped,
    "date": read_stamp,
    "page": is_page,
    "document": to_document,
    "letters": lambda text: to_text(text.encode(), "text/html"),
    "mail": lambda text: read_mail(f"Subject: x\nContent-Type: text/html\n\n{text}".encode()),
}


def work(read: Callable[[str], object], text: str) -> float:
    """Processor time of one reading, the least of three."""
    spent = []
    for _ in range(3):
        begun = time.process_time()
        read(text)
        spent.append(time.process_time() - begun)
        if spent[0] < LITTLE / 10:
            break
    return min(spent)


@pytest.mark.parametrize("name", READERS)
def test_work_grows_with_length(name: str) -> None:
    """Not with its square, for any of the texts that somebody might make for it."""
    read = READERS[name]
    for unit in UNITS:
        short, long = ((unit * size)[:size] + " fin" for size in (SHORT, TIMES * SHORT))
        if (many := work(read, long)) > LITTLE:
            assert many <= ALLOWED * max(work(read, short), LITTLE / TIMES), (name, unit, many)
