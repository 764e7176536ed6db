"""What becomes of entries when many press at once, twice, and lose the answer?"""

import socket

import pytest

from config.bench.storm import gunicorn, storm
from partners.models import Procedure
from structures.models import Structure
from tests.accounts.factories import UserFactory


@pytest.mark.django_db(transaction=True)
def test_simultaneous_counsellors_lose_and_double_nothing(structure: Structure, procedure: Procedure) -> None:
    """The full minute of a hundred counsellors is `manage.py storm`."""
    people = UserFactory.create_batch(8, teams=[structure.team])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with gunicorn(port):
        verdict = storm(people, procedure, seconds=0, at_least=5, port=port)
    entries = verdict.entries
    assert (verdict.lost, verdict.doubled, entries.refused) == (0, 0, [])
    assert len(entries.acknowledged) == len(entries.sent) == 40
    assert entries.pressed_twice
    assert entries.answers_lost
