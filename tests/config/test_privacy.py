"""Does the page about personal data say what the application does, and nothing else?"""

import re

import pytest
from django.test import Client

from outbox.jobs import periodic_jobs
from outbox.retention import TEXTS_KEPT

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(client: Client) -> str:
    text = re.sub(r"<[^>]*>", " ", client.get("/donnees-personnelles/").content.decode())
    return re.sub(r"\s+", " ", text)


def test_the_contact_who_is_asked_is_named_among_those_who_see_an_identity(said: str) -> None:
    assert "l’interlocuteur à qui la demande est transmise" in said


def test_the_delays_announced_are_those_of_the_jobs(said: str) -> None:
    assert f"{TEXTS_KEPT.days} jours" in said
    assert "erase the texts of old mails" in {job.name for job in periodic_jobs()}


def test_no_erasure_is_announced_that_no_job_carries_out(said: str) -> None:
    if not any("identit" in job.name for job in periodic_jobs()):
        assert "pas encore d’effacement automatique" in said
        assert "30 jours" not in said
        assert "12 mois" not in said


def test_every_cookie_is_named(said: str) -> None:
    assert "Trois au plus" in said
    assert "message de confirmation" in said
