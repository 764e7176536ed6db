"""What the scanner says is believed; when it says nothing, nobody waits, and the file is « non analysé »."""

import time
from pathlib import Path

import pytest

from referrals.attachments import scanning
from referrals.models import Scan
from tests.referrals.clamd import VIRUS, clamd, nobody

LARGE = bytes(9 * 2**20)


def test_without_a_scanner_nothing_is_scanned(settings) -> None:
    settings.CLAMAV = ""
    assert scanning.scan(b"x") == Scan.NOT_SCANNED
    assert not scanning.is_there()


@pytest.mark.parametrize("content", [b"x", LARGE], ids=["small", "large"])
def test_a_clean_file_is_clean(settings, content: bytes) -> None:
    with clamd() as settings.CLAMAV:
        assert scanning.is_there()
        assert scanning.scan(content) == Scan.CLEAN


def test_a_virus_is_named(settings) -> None:
    with clamd() as settings.CLAMAV, pytest.raises(scanning.Infected, match=r"Test\.Harmless"):
        scanning.scan(b"before " + VIRUS + b" after")


def test_a_scanner_is_reached_by_a_socket_of_the_machine(settings, tmp_path: Path) -> None:
    with clamd(path=tmp_path / "clamd.sock") as settings.CLAMAV:
        assert scanning.scan(b"x") == Scan.CLEAN


@pytest.mark.parametrize("mood", ["closes", "small"])
@pytest.mark.parametrize("content", [b"x", LARGE], ids=["small", "large"])
def test_a_scanner_that_cannot_tell_leaves_the_file_not_scanned(settings, mood: str, content: bytes) -> None:
    with clamd(mood=mood) as settings.CLAMAV:
        assert scanning.scan(content) == Scan.NOT_SCANNED


@pytest.mark.parametrize("content", [b"x", LARGE], ids=["small", "large"])
def test_nobody_waits_longer_than_said_for_a_scanner_that_hangs(settings, content: bytes) -> None:
    with clamd(mood="silent") as settings.CLAMAV:
        began = time.monotonic()
        assert scanning.scan(content, seconds=0.3) == Scan.NOT_SCANNED
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("address", ["nowhere", "host:port", "/no/such/socket", "[::1]:1"])
def test_a_scanner_that_is_not_there_leaves_the_file_not_scanned(settings, address: str) -> None:
    settings.CLAMAV = address
    assert scanning.scan(b"x") == Scan.NOT_SCANNED
    assert not scanning.is_there()


def test_a_port_where_nobody_listens_leaves_the_file_not_scanned(settings) -> None:
    settings.CLAMAV = nobody()
    assert scanning.scan(b"x") == Scan.NOT_SCANNED
