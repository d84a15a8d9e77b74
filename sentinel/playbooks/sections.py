"""Cuts a section at its ``###`` headings, for `statement.py` and `reply.py`."""


def passages(section: str) -> list[tuple[str, str]]:
    """(heading, text) in order; what stands before the first heading is advice and left out.

    Examples
    --------
    >>> passages("Advice.\\n\\n### X\\n\\nHello.\\n\\n### Web\\nHi.")
    [('X', 'Hello.'), ('Web', 'Hi.')]
    """
    found: list[tuple[str, list[str]]] = []
    for line in section.splitlines():
        if line.startswith("### "):
            found.append((line[4:].strip(), []))
        elif found:
            found[-1][1].append(line)
    return [(title, "\n".join(body).strip()) for title, body in found]
