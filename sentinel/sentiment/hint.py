"""What an emoji gives away: a short post that carries an unambiguous one says by itself how its words are meant.

Such a label is only likely: people smile at bad news too. `sentinel.sentiment.overheard` says what is made of it.
"""

import re
from typing import Final, NamedTuple

from sentinel.sentiment.sentiment import Label

_PRAISE: Final = "😍🥰😊☺😃😄😁😀🤗👍👏❤♥💕💖💗💙💚💛💜💓💞💘🎉🥳🤩💯🏆😻🙌"
_COMPLAINT: Final = "😡😠🤬🤮🤢👎😤😒😞😔😟😕🙁☹😣😖😫😩💔🖕💩😾😑"
"""Chosen by judgement. Tears, laughter, skulls and folded hands are said in either mood and stand in neither."""
_SMILES: Final = r"[:=]-?[)\]D]+|<3+"
_FROWNS: Final = r">?[:=]'?-?[(\[]+|>?[:=]-?/+"
_LONGEST: Final = 500
"""Characters. In a longer text one sign does not speak for all of it."""
_FEWEST_WORDS: Final = 3


def _sign(emoji: str, faces: str) -> re.Pattern[str]:
    return re.compile(rf"[{emoji}][\ufe0f\U0001f3fb-\U0001f3ff]*|(?<![\w:;=])(?:{faces})(?![\w)(/:;=])")


_GLAD: Final = _sign(_PRAISE, _SMILES)
_CROSS: Final = _sign(_COMPLAINT, _FROWNS)
_NO_WORD: Final = re.compile(r"https?://\S+|[@#]\w+")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


class Hint(NamedTuple):
    """What a text is taken to mean, and the text without the signs that gave it away: they are known, its words are to
    be learnt.
    """

    label: Label
    text: str


def hint_of(text: str) -> Hint | None:
    """The hint in a text; ``None`` when no sign gives it away, when signs contradict each other, or when hardly any
    word is left.

    Examples
    --------
    >>> hint_of("tres horas en la cola de acme 😡😡")
    Hint(label=<Label.NEGATIVE: 'negative'>, text='tres horas en la cola de acme   ')
    >>> hint_of("tres horas en la cola de acme 😂"), hint_of("me encanta acme 😍 pero hoy no 😡"), hint_of("@acme 👍")
    (None, None, None)
    """
    if len(text) > _LONGEST:
        return None
    glad, cross = _GLAD.search(text) is not None, _CROSS.search(text) is not None
    if glad is cross:
        return None
    bare = (_GLAD if glad else _CROSS).sub(" ", text)
    if len(_WORD.findall(_NO_WORD.sub(" ", bare))) < _FEWEST_WORDS:
        return None
    return Hint(Label.POSITIVE if glad else Label.NEGATIVE, bare)
