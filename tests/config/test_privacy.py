"""Does the page about personal data say what the application does, and nothing else?"""

import re

import pytest
from django.test import Client

from accounts.fields import SealedTextField
from accounts.retention import JOURNAL_KEPT
from accounts.sensitive import refusal
from outbox.jobs import periodic_jobs
from outbox.retention import TEXTS_KEPT
from referrals.forgetting import retention
from referrals.models import Attachment, Draft, Exchange, Identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(client: Client) -> str:
    text = re.sub(r"<[^>]*>", " ", client.get("/donnees-personnelles/").content.decode())
    return re.sub(r"\s+", " ", text)


def row(said: str, begins: str) -> str:
    """What follows a heading of the table, up to the next sentence's worth of words."""
    return said.partition(begins)[2][:200]


def jobs() -> set[str]:
    return {job.name for job in periodic_jobs()}


def test_the_contact_who_is_asked_is_named_among_those_who_see_an_identity(said: str) -> None:
    assert "l’interlocuteur à qui la demande est transmise" in said


def test_the_delays_announced_are_those_of_the_jobs(said: str) -> None:
    assert f"{TEXTS_KEPT.days} jours" in row(said, "texte des courriels envoyés")
    assert f"{retention.KEPT_AFTER_CLOSING.days} jours" in row(said, "Identité d’un usager, textes")
    assert f"après {retention.IDLE_ERASED_MONTHS} mois" in row(said, "demande restée ouverte")
    assert f"prévenue à {retention.IDLE_WARNED_MONTHS} mois" in row(said, "demande restée ouverte")
    assert f"{retention.UNATTACHED_MAILS_KEPT.days} jours" in row(said, "original compris")
    assert f"après {retention.DRAFTS_KEPT.days} jours" in row(said, "Brouillon d’un professionnel")
    assert f"après {round(JOURNAL_KEPT.days / 365 * 12)} mois" in row(said, "Journal des actions")


def test_each_erasure_announced_is_carried_out_by_a_job() -> None:
    assert {"erase the texts of old mails", "erase identities, texts and files on time"} <= jobs()


def test_what_is_said_to_be_sealed_is_and_what_is_not_is_said(said: str) -> None:
    assert "chiffrés dans la base" in said
    for model, name in (
        (Identity, "name"),
        (Identity, "reach"),
        (Identity, "file_number"),
        (Draft, "typed"),
        (Attachment, "name"),
    ):
        assert isinstance(model._meta.get_field(name), SealedTextField)
    is_sealed = isinstance(Exchange._meta.get_field("text"), SealedTextField)
    assert ("ne sont pas chiffrés" in said) is not is_sealed


def test_what_is_said_to_be_refused_is(said: str) -> None:
    assert "de numéro de carte bancaire ni de mot de passe" in said
    for text in ("184127645108946", "4111 1111 1111 1111", "mot de passe : tournesol"):
        assert refusal(text)


def test_every_cookie_is_named(said: str) -> None:
    assert "Trois au plus" in said
    assert "message de confirmation" in said
