"""Is every change of the directory told with its author, and taken back only when nothing came after it?"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners import actions
from partners.history import last_changes
from partners.models import Contact, Rule
from partners.versions import sign
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory, LocalServiceFactory, OperatorFactory, RuleFactory
from tests.territories.factories import DepartementFactory

pytestmark = pytest.mark.django_db

ALL = "/partenaires/historique/"


@pytest.fixture
def paula(partner_office: Team) -> User:
    return UserFactory(full_name="Paula", teams=[partner_office])


@pytest.fixture
def hers(paula: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(paula)


@pytest.fixture
def anne(partner_office: Team, db: None) -> Contact:
    DepartementFactory()
    operator = OperatorFactory(code="CAF", name="Caf")
    return ContactFactory(office=partner_office, name="Anne Dupont", operator=operator, phone="02 61 91 00 12")


def change(row, paula: User, **values: object):
    for name, value in values.items():
        setattr(row, name, value)
    sign(row, by=paula, now=timezone.now()).save()
    return row.history.latest("history_id")


def test_a_contact_without_a_line_of_history_has_no_change(anne):
    anne.history.all().delete()
    assert last_changes(anne) == []


def undo(client: Client, kind: str, version, **more: object):
    return client.post(reverse("partners:change_undo", args=[kind, version.history_id]), more, follow=True)


def test_a_change_is_told_before_and_after_and_taken_back(hers, paula, anne):
    version = change(anne, paula, phone="02 61 91 00 99")
    page = hers.get(ALL).content.decode()
    assert "Téléphone\u00a0: «\u00a002 61 91 00 12\u00a0» devient «\u00a002 61 91 00 99\u00a0»" in page
    assert "Paula" in page
    response = undo(hers, "interlocuteur", version, fiche=anne.pk)
    assert response.redirect_chain[0][0] == reverse("partners:contact_changes", args=[anne.pk])
    assert "Annule la modification du" in response.content.decode()
    anne.refresh_from_db()
    assert anne.phone == "02 61 91 00 12"
    assert anne.history.latest("history_id").history_user == paula
    # The way back can itself be taken back.
    undo(hers, "interlocuteur", anne.history.latest("history_id"))
    anne.refresh_from_db()
    assert anne.phone == "02 61 91 00 99"


def test_a_change_followed_by_another_is_not_taken_back(hers, paula, anne):
    version = change(anne, paula, phone="02 61 91 00 99")
    change(anne, paula, function="cheffe")
    response = undo(hers, "interlocuteur", version)
    assert response.status_code == 409
    assert "modifiée depuis" in response.content.decode()
    anne.refresh_from_db()
    assert anne.phone == "02 61 91 00 99"


def test_a_change_overwritten_without_history_is_not_taken_back(hers, paula, anne):
    version = change(anne, paula, phone="02 61 91 00 99")
    Contact.objects.update(phone="02 61 91 00 55")
    assert undo(hers, "interlocuteur", version).status_code == 409


def test_a_removed_rule_comes_back_and_an_added_one_goes(hers, paula, anne):
    rule = RuleFactory(contact=anne, priority=3)
    actions.remove_rule(rule=rule, by=paula, now=timezone.now())
    gone = Rule.history.latest("history_id")
    assert undo(hers, "regle", gone).status_code == 200
    back = anne.rules.get()
    assert (back.departement_id, back.priority) == ("76", 3)
    added = back.history.latest("history_id")
    assert undo(hers, "regle", added).status_code == 200
    assert not anne.rules.exists()


def test_a_rule_that_exists_anew_does_not_come_back_twice(hers, paula, anne):
    rule = RuleFactory(contact=anne)
    actions.remove_rule(rule=rule, by=paula, now=timezone.now())
    gone = Rule.history.latest("history_id")
    RuleFactory(contact=anne)
    response = undo(hers, "regle", gone)
    assert response.status_code == 409
    assert "existe déjà" in response.content.decode()
    assert anne.rules.count() == 1


def test_the_birth_of_a_contact_taken_back_puts_it_out_of_service(hers, anne):
    assert undo(hers, "interlocuteur", anne.history.get()).status_code == 200
    anne.refresh_from_db()
    assert anne.is_active is False


def test_a_local_service_gets_back_its_fields(hers, paula, partner_office):
    service = LocalServiceFactory(office=partner_office, name="CMS d’Yvetot", access="sur rendez-vous")
    version = change(service, paula, access="sans rendez-vous")
    page = hers.get(ALL, {"objet": "service"}).content.decode()
    assert "sans rendez-vous" in page
    assert undo(hers, "service", version).status_code == 200
    service.refresh_from_db()
    assert service.access == "sur rendez-vous"


def test_what_is_not_hers_is_neither_told_nor_taken_back(hers, paula):
    foreign = ContactFactory(name="Étranger")
    version = change(foreign, paula, function="cheffe")
    assert "Étranger" not in hers.get(ALL).content.decode()
    assert undo(hers, "interlocuteur", version).status_code == 404
    assert undo(hers, "nonsense", version).status_code == 404
    assert hers.get(reverse("partners:contact_changes", args=[foreign.pk])).status_code == 404


def test_changes_are_narrowed_by_kind_and_author(hers, paula, anne):
    change(anne, paula, function="cheffe")
    RuleFactory(contact=anne)
    assert "Règle ajoutée" not in hers.get(ALL, {"objet": "interlocuteur"}).content.decode()
    assert "cheffe" not in hers.get(ALL, {"objet": "regle"}).content.decode()
    by_her = hers.get(ALL, {"auteur": paula.pk}).content.decode()
    assert "cheffe" in by_her
    assert "Règle ajoutée" not in by_her
    assert "Règle ajoutée" in hers.get(ALL, {"auteur": "0"}).content.decode()
    assert "Aucun changement de ce genre" in hers.get(ALL, {"objet": "service"}).content.decode()
    assert "Règle ajoutée" in hers.get(ALL, {"objet": "nonsense", "auteur": "x", "page": "99"}).content.decode()


def test_the_history_costs_the_same_whatever_its_length(hers, paula, anne, partner_office, queries_for):
    RuleFactory(contact=anne)
    change(anne, paula, function="1")
    service = LocalServiceFactory(office=partner_office)
    change(service, paula, access="1")
    hers.get(ALL)
    before = queries_for(lambda: hers.get(ALL))
    for number in range(12):
        change(anne, paula, function=f"f{number}")
        change(service, paula, access=f"a{number}")
        RuleFactory(contact=ContactFactory(office=partner_office))
    assert queries_for(lambda: hers.get(ALL)) == before
