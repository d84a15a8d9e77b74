"""Harmless words: what strangers write, made safe to stand among our own lines.

A handle with a line break writes a line of its own above the real link of a page, a direction mark turns a sentence
round, a web address in a quotation is one thumb away from the button. Every text that leaves goes through here: facts
of sentences by `one_line`, quotations in messages by `quotable` as well, cells of tables by `cell`.
"""

import re
import unicodedata

_UNBROKEN = "\u00a0\u202f"
_SPACES = re.compile(" {2,}")
_JOINER = "\u200d"
_FLAG = "\U0001f3f4"
"""The black flag: letters that nobody sees follow it in the flags of Scotland and the like."""
_UNSEEN_LETTERS = range(0xE0020, 0xE0080)
_MARKS = 4
"""Accents on one letter; more is a tower that covers the lines above."""
_SCHEME = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,11}:/{1,3}|(?:mailto|tel|sms|javascript|data):)(?=\S)(\S*)")
_BARE = re.compile(r"(?<=[^\W_])[.\u3002\uff0e\uff61](?=[^\W\d_]{2})")
"""A dot between letters: all that many programs need to make a link."""
_DOT = "\u2024"
"""A dot to the eye, which no program takes for that of an address."""
_EVERYBODY = re.compile(
    r"(?i)@(?=(?:everyone|here|channel|all|room|group|team|todos|todas|canal|aqui|aquí)\b|&?\d)|<(?=[!@#])"
)
_DEFUSED = {"@": "\uff20", "<": "\u2039"}
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|")


def one_line(text: str) -> str:
    """The text on one line: white space and separators are single spaces; controls, direction marks and unseen
    characters are gone.

    The joiner stays inside emoji, accents stay up to four a letter.

    Examples
    --------
    >>> one_line("Ana\\n\\u202eHacerse cargo: http://evil.example\\u200b")
    'Ana Hacerse cargo: http://evil.example'
    >>> one_line("ok 👩\\u200d🚒")
    'ok 👩\\u200d🚒'
    """
    if text.isprintable() and "  " not in text and (text.isascii() or not _towers(text)):
        return text.strip()
    kept: list[str] = []
    marks, flag = 0, False
    for each in text:
        category = unicodedata.category(each)
        if category in ("Mn", "Me"):
            marks += 1
            if marks <= _MARKS:
                kept.append(each)
            continue
        marks = 0
        if each in _UNBROKEN:
            kept.append(each)
        elif each.isspace() or category[0] == "Z":
            kept.append(" ")
        elif category[0] != "C":
            kept.append(each)
        elif (each == _JOINER and kept and _joins(kept[-1])) or (flag and ord(each) in _UNSEEN_LETTERS):
            kept.append(each)
            continue
        flag = each == _FLAG or (flag and category[0] == "C")
    return _SPACES.sub(" ", "".join(kept)).strip()


def quotable(text: str) -> str:
    """`one_line`, in which addresses are shown but lead nowhere and nobody is called by name of all.

    The scheme of an address goes, its dots become dots to the eye alone; ``@everyone`` and the like lose their sign.

    Examples
    --------
    >>> quotable("@everyone mirad https://evil.example/x")
    '＠everyone mirad evil․example/x'
    >>> quotable("Cuesta 3.50 y llega a las 8.30. Fatal.")
    'Cuesta 3.50 y llega a las 8.30. Fatal.'
    """
    line = _BARE.sub(_DOT, _SCHEME.sub(lambda found: found[1].replace(".", _DOT), one_line(text)))
    return _EVERYBODY.sub(lambda found: _DEFUSED[found[0]], line)


def cell(text: str) -> str:
    """`one_line` that no spreadsheet computes: what begins like a formula begins with an apostrophe.

    Examples
    --------
    >>> cell("=HYPERLINK(1)"), cell("Acme")
    ("'=HYPERLINK(1)", 'Acme')
    """
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _joins(before: str) -> bool:
    """Whether a joiner may follow: after an emoji or what colours one."""
    return unicodedata.category(before) in ("So", "Sk", "Mn")


def _towers(text: str) -> bool:
    marks = 0
    for each in text:
        marks = marks + 1 if unicodedata.combining(each) else 0
        if marks > _MARKS:
            return True
    return False
