"""Slips in typing that YAML takes for something else: what to type instead."""

import re

import yaml

_WORD = re.compile(r"[^\s,\]}]*")
_SWALLOWED = re.compile(r"[\[,{][ \t]*#(?=[^\s#])([^\s,\]}]*)")
"""A word with a # right after what opens or parts a list in brackets."""
_BEGINNERS = "@`%"


def hint_for(error: yaml.MarkedYAMLError, text: str) -> str:
    """What to type instead of what YAML cannot read; empty where nothing sure can be said."""
    problem, mark = error.problem or "", error.problem_mark
    if mark is None or mark.index is None:
        return ""
    said = text[mark.index :]
    if "found character" in problem and said[:1] == "\t":
        return "YAML takes no tabs here; write spaces"
    if "found character" in problem and said[:1] and said[:1] in _BEGINNERS:
        return f'put it in quotes: "{_word(said)}"'
    if "undefined alias" in problem:
        return f'a value that begins with * wants quotes: "{_word(said)}"'
    if swallowed := _SWALLOWED.findall(text[: mark.index]):
        return comment(swallowed[-1])
    if "mapping values are not allowed" in problem or "but got ':'" in problem:
        return "a value with a colon and a space in it wants quotes around all of it"
    if "expected <block end>" in problem and "scalar" in problem:
        return "what goes on after a quote wants quotes around all of it"
    if "quoted scalar" in (error.context or ""):
        return "a quote that is opened must be closed"
    return ""


def comment(word: str) -> str:
    """What is said of a word with a # that YAML takes for a comment."""
    return f'YAML reads #{word} as a comment; put it in quotes: "#{word}" (a comment has a space: # {word})'


def comment_for_value(node: yaml.Node, text: str) -> str | None:
    """What is said where a comment stands in place of a value, or has swallowed items of a list in brackets."""
    if isinstance(node, yaml.ScalarNode) and node.value == "" and node.style is None:
        rest = text[node.start_mark.index :].split("\n", 1)[0].strip()
        return comment(_word(rest[1:])) if re.match(r"#[^\s#]", rest) else None
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        begun = node.start_mark.index
        for item in (*node.value, None):
            ends = node.end_mark.index if item is None else item.start_mark.index
            if found := _SWALLOWED.search(text[begun:ends]) or _SWALLOWED.search(f",{text[begun:ends]}"):
                return comment(found[1])
            begun = ends if item is None else item.end_mark.index
    return None


def _word(text: str) -> str:
    found = _WORD.match(text)
    return found[0].rstrip("'\"") if found else ""
