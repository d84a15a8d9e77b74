"""Mutator: what strangers might send, made from texts of our own by a seed; the same seed makes the same."""

import random
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
LONGEST = 40_000
"""Bytes of one input: long enough to repeat something often, short enough for many tries."""
TOKENS = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"'",
        b"\\",
        b"\\u",
        b"\\ud83d",
        b",",
        b":",
        b"null",
        b"true",
        b"-",
        b"1e999",
        b"NaN",
    ),
    *(
        b"\x00",
        b"\n",
        b"\r\n",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xed\xa0\x80",
        "\u202e".encode(),
        b"\xc2\xb2",
    ),
    *(
        b"<",
        b">",
        b"</",
        b"<!--",
        b"<![CDATA[",
        b"]]>",
        b"&",
        b"&#0;",
        b"&#xD800;",
        b"&lt;",
        b"<!DOCTYPE x [",
        b"<?xml ",
    ),
    *(
        b"!!python/object:os.system",
        b"&a",
        b"*a",
        b"<<: *a",
        b"? ",
        b"|",
        b"- ",
        b"${HOME}",
        b"${",
        b"%",
        b"#",
        b"@",
        b"~",
    ),
    *(
        b"9" * 40,
        b"-1",
        b"0x10",
        b"1_000",
        b"99999-12-31",
        b"2026-02-30",
        b"24:61",
        b"+99:99",
        b"\xd9\xa3",
        b"9223372036854775808",
    ),
    *(b"=", b"_", b"..", b"/", b"http://", b"did:plc:", b"at://"),
)


class Mutator:
    """Gives inputs without end.

    Parameters
    ----------
    name
        The folder of the corpus.
    """

    def __init__(self, name: str, seed: int) -> None:
        self._rng = random.Random(f"{name} {seed}")
        self.corpus = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
        assert self.corpus

    def next(self) -> bytes:
        """One of the corpus, changed a few times."""
        rng = self._rng
        found = bytearray(rng.choice(self.corpus))
        for _ in range(min(int(rng.expovariate(0.35)) + 1, 24)):
            self._change(found)
            del found[LONGEST:]
        return bytes(found)

    def text(self, most: int = 200) -> str:
        """A piece of a changed one, as text."""
        raw = self.next()
        start = self._rng.randrange(max(1, len(raw)))
        return raw[start : start + self._rng.randrange(1, most)].decode("utf-8", "replace")

    def _change(self, found: bytearray) -> None:
        rng, size = self._rng, len(found)
        at = rng.randrange(size + 1)
        end = min(size, at + int(rng.expovariate(1 / 12)) + 1)
        match rng.randrange(9):
            case 0:
                found[at:end] = b""
            case 1:
                found[at:at] = rng.choice(TOKENS)
            case 2:
                found[at:end] = rng.choice(TOKENS)
            case 3:
                found[at:at] = found[at:end] * rng.randrange(1, 8)
            case 4:
                found[at:at] = rng.choice(TOKENS) * rng.randrange(1, 600)
            case 5:
                other = rng.choice(self.corpus)
                begin = rng.randrange(len(other) + 1)
                found[at:end] = other[begin : begin + rng.randrange(1, 200)]
            case 6 if size and at < size:
                found[at] = rng.randrange(256)
            case 7 if size and at < size:
                found[at] ^= 1 << rng.randrange(8)
            case _:
                del found[at:]
