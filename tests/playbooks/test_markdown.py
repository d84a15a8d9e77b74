"""Markdown to HTML: the few forms that playbooks use, and nothing else becomes a tag; lengths as the networks count
them.
"""

import doctest
import importlib
import pkgutil

import pytest

import sentinel.playbooks
from sentinel.playbooks.length import graphemes, shorten, weighted
from sentinel.playbooks.markdown import inline, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Uno\n### Tres", "<h1>Uno</h1>\n<h3>Tres</h3>"),
        ("uno\ndos\n\ntres", "<p>uno dos</p>\n<p>tres</p>"),
        ("- a\n  sigue\n* **b**", "<ul>\n<li>a sigue</li>\n<li><strong>b</strong></li>\n</ul>"),
        (
            "- [x] hecho\n- suelto",
            '<ul class="steps">\n<li><label><input type="checkbox" checked> hecho</label></li>\n<li>suelto</li>\n</ul>',
        ),
        ("3. a\n4) b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a\n> b\ny c", "<blockquote><p>a b y c</p></blockquote>"),
        ("- a\n1. b\n## C", '<ul>\n<li>a</li>\n</ul>\n<ol start="1">\n<li>b</li>\n</ol>\n<h2>C</h2>'),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_forms(markdown: str, html: str) -> None:
    """Each form, and their neighbours."""
    assert str(to_html(markdown)) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"\*\*no\*\* \<b\> \[x\](https://a.example)", "**no** &lt;b&gt; [x](https://a.example)"),
        ("[x](javascript:a) [x](data:a) [x](//a.example)", "[x](javascript:a) [x](data:a) [x](//a.example)"),
        ('[x](https://a.example/"onclick=y)', "[x](https://a.example/&#34;onclick=y)"),
        (
            "**[y](http://a.example)**",
            '<strong><a href="http://a.example" rel="noopener noreferrer nofollow">y</a></strong>',
        ),
        (
            r"[a\]b **c**](https://a.example?x=1&y=2)",
            '<a href="https://a.example?x=1&amp;y=2" rel="noopener noreferrer nofollow">a]b <strong>c</strong></a>',
        ),
        ("**abierto", "**abierto"),
        ("\\", "\\"),
    ],
)
def test_inline(text: str, html: str) -> None:
    """Escapes win over forms; only http and https become links."""
    assert str(inline(text)) == html


def test_lengths() -> None:
    """Accents, flags, families and skin tones are one character to a reader; X counts emoji and wide letters twice,
    links as 23.
    """
    assert graphemes("👨‍👩‍👧‍👦🇪🇸🇲🇽é") == 4
    assert weighted("👨‍👩‍👧‍👦日é—") == 6
    assert weighted("https://a.example https://b.example/larga/larga") == 47
    assert graphemes("") == weighted("") == 0
    assert shorten("👍🏽👍🏽👍🏽", 2) == "👍🏽…"
    assert shorten("abc", 3) == "abc"


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(sentinel.playbooks.__path__)])
def test_examples_in_docstrings_hold(name: str) -> None:
    """What the docstrings show is what happens."""
    assert doctest.testmod(importlib.import_module(f"sentinel.playbooks.{name}")).failed == 0
