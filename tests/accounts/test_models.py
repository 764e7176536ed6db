"""Do accounts and the journal hold what is written into them?"""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import JournalEntry, User, journal
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
NEW = "/admin/accounts/user/add/"
NO_TEAM = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


def test_an_account_made_in_the_technical_pages_has_its_address_in_small_letters(superuser: Client) -> None:
    fields = {"email": "Aline.Durand@Exemple.FR", "full_name": "Aline Durand", "is_active": "on"} | NO_TEAM
    assert superuser.post(NEW, fields).status_code == 302
    assert User.objects.get(full_name="Aline Durand").email == "aline.durand@exemple.fr"


def test_the_same_address_spelled_otherwise_is_refused_in_a_sentence(superuser: Client) -> None:
    UserFactory(email="aline@exemple.fr")
    response = superuser.post(NEW, {"email": "ALINE@exemple.fr", "full_name": "Une autre"} | NO_TEAM)
    assert response.status_code == 200
    assert "email" in response.context["adminform"].form.errors
    assert User.objects.filter(email__iexact="aline@exemple.fr").count() == 1


def test_the_database_refuses_capitals_in_an_address() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Aline@exemple.fr")])


def test_the_person_is_told_when_she_checks_first() -> None:
    user = User(email=" Aline@Exemple.fr ", full_name="Aline", password="x")
    user.clean()
    assert user.email == "aline@exemple.fr"
    user.email = "Aline@exemple.fr"
    with pytest.raises(ValidationError, match="minuscules"):
        user.validate_constraints()


def test_the_longest_contact_fits_in_the_journal() -> None:
    """A contact is shown as « name, office of the operator »: 243 characters at most."""
    entry = journal(verb="identité lue", subject="FS76-2611-7KQ2MX", now=timezone.now(), actor="é" * 243)
    entry.full_clean()
    assert JournalEntry.objects.get().actor == "é" * 243


def test_a_longer_name_is_cut_and_never_stops_the_action() -> None:
    entry = journal(verb="identité lue", subject="FS76-2611-7KQ2MX", now=timezone.now(), actor="é" * 5_000)
    entry.full_clean()
    assert len(entry.actor) == 300
    assert entry.actor.endswith("é…")
