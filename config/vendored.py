"""Are the files of static/vendor/ the ones that upstream published, untouched?"""

import hashlib
import json
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def expected_files(folder: Path) -> dict[str, str]:
    """Path below `folder` → SHA-256, from its manifest; raises OSError, ValueError or KeyError."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return {name: digest for package in manifest["packages"] for name, digest in package["files"].items()}


def differences(folder: Path) -> list[str]:
    """What does not match the manifest, one French sentence each; empty when all is well."""
    try:
        expected = expected_files(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"Le manifeste {MANIFEST} est illisible ({type(error).__name__})."]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    found = [f"{name}\u00a0: fichier absent." for name in sorted(expected.keys() - present)]
    found += [f"{name}\u00a0: fichier qui n’est pas dans le manifeste." for name in sorted(present - expected.keys())]
    found += [
        f"{name}\u00a0: contenu différent de celui du manifeste."
        for name in sorted(present & expected.keys())
        if sha256(folder / name) != expected[name]
    ]
    return found
