"""Writes the software bill of materials of a release: CycloneDX 1.5, as JSON, from the lock alone.

The same lock gives the same bytes: no instant and no random number is in it.
"""

import json
import re
import sys
import uuid
from pathlib import Path

from licences import licence_of
from locked import ROOT, RUNTIME, LockedPackage, locked


def bill(lock: Path, version: str) -> dict[str, object]:
    """The document.

    Parameters
    ----------
    version
        Of the release.
    """
    packages = sorted(locked(lock), key=lambda each: each.name)
    root = f"pkg:pypi/sentinel@{version}"
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{root} {lock.read_text(encoding='utf-8')}")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "sentinel",
                "version": version,
                "purl": root,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(each) for each in packages],
        "dependencies": [
            {"ref": root, "dependsOn": [_purl(each) for each in packages]},
            *({"ref": _purl(each), "dependsOn": _needs(each, packages)} for each in packages),
        ],
    }


def _component(package: LockedPackage) -> dict[str, object]:
    found = package.installed
    licence = licence_of(found) if found is not None else ""
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "purl": _purl(package),
        **({"licenses": [{"license": {"name": licence}}]} if licence else {}),
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{package.name}/{package.version}/",
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.digests],
            }
        ],
    }


def _purl(package: LockedPackage) -> str:
    return f"pkg:pypi/{package.name.lower().replace('_', '-')}@{package.version}"


def _needs(package: LockedPackage, packages: list[LockedPackage]) -> list[str]:
    """What it names of the others, extras left out."""
    found = package.installed
    wanted = {_plain(each) for each in (found.requires if found else None) or [] if "extra ==" not in each}
    return [_purl(each) for each in packages if _plain(each.name) in wanted]


def _plain(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


def main() -> int:
    """Writes to the file that is named, or to standard output."""
    text = (ROOT / "sentinel" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'__version__ = "([^"]+)"', text)
    assert version is not None
    written = json.dumps(bill(RUNTIME, version[1]), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(written, encoding="utf-8")
    else:
        sys.stdout.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
