"""What happened in a run, for people who look for the fault."""

from typing import Any

from tests.crash.run import Run


def account(run: Run) -> str:
    """Line by line, in seconds since the start."""
    lines = [(told["at"], f"life {told['life']}: {_said(told)}") for told in run.guest.told]
    lines += [
        (each.at, f"    provider: {each.contact} {each.mode} {each.title[:70]!r} {each.key[:6]}")
        for each in run.guest.arrivals
    ]
    since = lines[0][0] if lines else 0.0
    return "\n".join(f"{at - since:7.3f} {line}" for at, line in sorted(lines))


def _said(told: dict[str, Any]) -> str:
    number = f"[{told['boundary']}] " if "boundary" in told else ""
    more = " ".join(str(told[name])[:8] for name in ("contact", "kind", "step", "status", "key") if name in told)
    return f"{number}{told['what']} {more}{'  ← KILLED HERE' if told.get('fatal') else ''}"
