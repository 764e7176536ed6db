"""Is a vendored file that was touched, lost or added without being declared noticed?"""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from config.vendored import differences, sha256


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    (tmp_path / "thing").mkdir()
    script = tmp_path / "thing" / "thing.js"
    script.write_text("first();\n")
    manifest = {"packages": [{"package": "thing", "version": "1", "files": {"thing/thing.js": sha256(script)}}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_untouched_files_raise_nothing(vendor: Path) -> None:
    assert differences(vendor) == []


def test_a_touched_file_is_named(vendor: Path) -> None:
    (vendor / "thing" / "thing.js").write_text("second();\n")
    assert differences(vendor) == ["thing/thing.js\u00a0: contenu différent de celui du manifeste."]


def test_a_lost_file_and_an_added_file_are_named(vendor: Path) -> None:
    (vendor / "thing" / "thing.js").rename(vendor / "thing" / "other.js")
    assert differences(vendor) == [
        "thing/thing.js\u00a0: fichier absent.",
        "thing/other.js\u00a0: fichier qui n’est pas dans le manifeste.",
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"packages": [{}]}'])
def test_an_unreadable_manifest_is_said_not_raised(vendor: Path, text: str) -> None:
    (vendor / "manifest.json").write_text(text)
    assert len(differences(vendor)) == 1


def test_the_files_that_are_served_match_their_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_vendored")
    assert "conformes" in capsys.readouterr().out
