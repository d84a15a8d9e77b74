"""Builds Grafana dashboards as code.

`python dashboards/build.py` writes them; `--check` says whether what is committed is fresh.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.brand import brand
from dashboards.cluster import cluster
from dashboards.operations import operations
from dashboards.wall import wall

HERE = Path(__file__).parent
DASHBOARDS = {"wall": wall, "brand": brand, "operations": operations, "cluster": cluster}


def made(built: Dashboard) -> str:
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(built.build()) + "\n"


def main() -> int:
    stale = []
    for name, dashboard in DASHBOARDS.items():
        path, text = HERE / f"{name}.json", made(dashboard())
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    for each in stale:
        print(f"dashboards/{each} is not what dashboards/build.py makes; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
