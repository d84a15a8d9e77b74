#!/bin/sh
# Looks the locked packages up among known vulnerabilities, where an advisory database can be asked; says so where not.
# Exit 1 for a package with a known one.
set -eu
python=$1
tools=.venv-audit
"$python" - <<'PROBE' || { echo "audit skipped: PyPI's advisory database (https://pypi.org/pypi/NAME/VERSION/json) does not answer from here" >&2; exit 0; }
import json, re, sys, urllib.request
version = re.search(r"^certifi==([^ ]+)", open("requirements.lock").read(), re.M)[1]
try:
    with urllib.request.urlopen(f"https://pypi.org/pypi/certifi/{version}/json", timeout=10) as answer:
        sys.exit("vulnerabilities" not in json.load(answer))
except (OSError, ValueError):
    sys.exit(1)
PROBE
if [ ! -x $tools/bin/pip-audit ]; then
  { "$python" -m venv $tools && $tools/bin/python -m pip install -q --disable-pip-version-check "pip-audit>=2.7,<3"; } >/dev/null 2>&1 ||
    { rm -rf $tools; echo "audit skipped: pip-audit cannot be installed here" >&2; exit 0; }
fi
exec $tools/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock
