"""A contact's rules: what may be typed, and what is read before it is saved."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners.models import Contact, Operator, Procedure, Rule
from partners.versions import version_of
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.partners.factories import BlockerFactory, ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
SAVED = 302


@pytest.fixture
def operator(structure: Structure) -> Operator:
    """One démarche, in Rouen and in Le Havre."""
    CommuneFactory(rouen=True)
    CommuneFactory(le_havre=True)
    operator = OperatorFactory(code="CAF", name="Allocations familiales")
    ProcedureFactory(operator=operator, name="Aide au logement")
    return operator


@pytest.fixture
def procedure(operator: Operator) -> Procedure:
    return operator.procedures.get()


@pytest.fixture
def claire(operator: Operator, partner_office: Team) -> Contact:
    return ContactFactory(operator=operator, office=partner_office, name="Claire Martin")


@pytest.fixture
def noe(operator: Operator, partner_office: Team) -> Contact:
    """He answers everywhere."""
    noe = ContactFactory(operator=operator, office=partner_office, name="Noé Bernard")
    RuleFactory(contact=noe)
    return noe


def add(client: Client, contact: Contact, **values: object):
    return client.post(reverse("referrals:rule_add", args=[contact.pk]), {"priority": "5"} | values)


def knowingly(client: Client, url: str, values: dict[str, object]):
    """Read what changes hands, then save anyway."""
    hands = client.post(url, values).context["hands"]
    return client.post(url, values | {"confirmed": hands.mark})


def test_what_changes_hands_is_read_before_anything_is_saved(partner_manager: Client, claire: Contact, noe: Contact):
    url = reverse("referrals:rule_add", args=[claire.pk])
    values = {"area": "epci:200084952", "priority": "5"}
    answer = partner_manager.post(url, values)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 couple démarche × commune change d’interlocuteur" in page
    assert "Enregistrer quand même" in page
    (row,) = answer.context["hands"].rows
    assert (row.procedure, row.commune, row.before, row.after) == (
        "Aide au logement", "Le Havre", "Noé Bernard", "Claire Martin",
    )  # fmt: skip
    assert not claire.rules.exists()
    saved = partner_manager.post(url, values | {"confirmed": answer.context["hands"].mark}, follow=True)
    assert "Un couple démarche × commune change d’interlocuteur." in saved.content.decode()
    assert claire.rules.get().epci_id == "200084952"


def test_a_confirmation_holds_for_what_was_read_only(partner_manager: Client, claire: Contact, noe: Contact):
    mark = add(partner_manager, claire, area="epci:200084952").context["hands"].mark
    answer = add(partner_manager, claire, area="departement:76", priority="1", confirmed=mark)
    assert answer.context["hands"].cases == answer.context["hands"].unshown + len(answer.context["hands"].rows) > 1
    assert not claire.rules.exists()


def test_a_rule_that_changes_nothing_is_saved_at_once(partner_manager: Client, claire: Contact, noe: Contact):
    answer = partner_manager.post(
        reverse("referrals:rule_add", args=[claire.pk]), {"area": "departement:76", "priority": "9"}, follow=True
    )
    assert "Aucune démarche ne change d’interlocuteur." in answer.content.decode()
    assert claire.rules.count() == 1


def test_a_rule_of_a_contact_out_of_service_changes_nothing_yet(partner_manager: Client, claire: Contact):
    Contact.objects.update(is_active=False)
    assert add(partner_manager, claire, area="departement:76").status_code == SAVED


def test_a_rule_is_added_for_a_commune_typed(partner_manager: Client, claire: Contact, procedure: Procedure):
    blocker = BlockerFactory()
    values = {
        "procedure": procedure.pk,
        "commune": "havre",
        "priority": "2",
        "blocker": blocker.pk,
        "note": "quartier Caucriauville",
    }
    assert knowingly(partner_manager, reverse("referrals:rule_add", args=[claire.pk]), values).status_code == SAVED
    rule = claire.rules.get()
    assert (rule.procedure, rule.commune_id, rule.priority) == (procedure, "76351", 2)
    assert (rule.blocker, rule.note) == (blocker, "quartier Caucriauville")


@pytest.mark.parametrize("area", ["departement:76", "arrondissement:762", "epci:200084952"])
def test_a_rule_is_added_for_an_area(partner_manager: Client, claire: Contact, area: str):
    url = reverse("referrals:rule_add", args=[claire.pk])
    assert knowingly(partner_manager, url, {"area": area, "priority": "5"}).status_code == SAVED
    assert claire.rules.get().territory is not None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Il manque un territoire"),
        ({"area": "departement:76", "commune": "Le Havre"}, "Choisissez un territoire, et un seul"),
        ({"area": "departement:99"}, "Sélectionnez un choix valide"),
        ({"commune": "Atlantis"}, "Cette commune n’est pas connue"),
        ({"area": "departement:76", "priority": "0"}, "supérieure ou égale à 1"),
        ({"area": "departement:76", "note": "x" * 201}, "200 caractères"),
        ({"area": "departement:76", "note": "2 84 05 76 451 189 63"}, "numéro de sécurité sociale"),
        ({"area": "departement:76", "blocker": "999999"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_rule_is_refused_in_words(partner_manager: Client, claire: Contact, values, said: str):
    answer = add(partner_manager, claire, **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not claire.rules.exists()


def test_the_same_rule_is_not_added_twice(partner_manager: Client, noe: Contact):
    answer = add(partner_manager, noe, area="departement:76")
    assert "Cette règle existe déjà" in answer.content.decode()
    blocked = {"area": "departement:76", "blocker": BlockerFactory().pk, "priority": "5"}
    assert partner_manager.post(reverse("referrals:rule_add", args=[noe.pk]), blocked).status_code == SAVED


def test_the_procedure_of_another_operator_is_no_choice(partner_manager: Client, claire: Contact):
    answer = add(partner_manager, claire, procedure=ProcedureFactory().pk, area="departement:76")
    assert answer.status_code == 422


def test_a_farming_contact_answers_for_the_other_operators_procedure(partner_manager: Client, claire: Contact):
    shared = ProcedureFactory(question="Régime agricole ?", alternative_operator=claire.operator)
    values = {"procedure": shared.pk, "area": "departement:76", "priority": "5"}
    hands = add(partner_manager, claire, **values).context["hands"]
    assert {row.procedure for row in hands.rows} == {shared.name}
    assert add(partner_manager, claire, **values, confirmed=hands.mark).status_code == SAVED


# Changed, removed


def test_a_rule_is_changed_in_place(partner_manager: Client, noe: Contact):
    rule = noe.rules.get()
    url = reverse("referrals:rule_edit", args=[noe.pk, rule.pk])
    form = partner_manager.get(url).context["form"]
    assert (form["area"].value(), form["priority"].value()) == ("departement:76", 5)
    values = {"area": "epci:200084952", "priority": "3", "version": form["version"].value()}
    hands = partner_manager.post(url, values).context["hands"]
    assert hands.left_alone == hands.cases > 0
    assert partner_manager.post(url, values | {"confirmed": hands.mark}).status_code == SAVED
    rule.refresh_from_db()
    assert (rule.departement_id, rule.epci_id, rule.priority) == (None, "200084952", 3)


def test_a_retired_blocker_is_proposed_only_where_it_was_chosen(partner_manager: Client, noe: Contact):
    retired, other = BlockerFactory(is_active=False), BlockerFactory(is_active=False)
    rule = noe.rules.get()
    Rule.objects.filter(pk=rule.pk).update(blocker=retired)
    url = reverse("referrals:rule_edit", args=[noe.pk, rule.pk])
    assert list(partner_manager.get(url).context["form"].fields["blocker"].queryset) == [retired]
    assert add(partner_manager, noe, area="departement:76", blocker=other.pk, priority="5").status_code == 422


def test_a_rule_does_not_become_its_twin(partner_manager: Client, noe: Contact):
    twin = RuleFactory(contact=noe, departement_id=None, epci_id="200084952")
    url = reverse("referrals:rule_edit", args=[noe.pk, twin.pk])
    answer = partner_manager.post(url, {"area": "departement:76", "priority": "5", "version": "1"})
    assert (answer.status_code, "Cette règle existe déjà" in answer.content.decode()) == (422, True)


def test_two_people_do_not_overwrite_each_other(sign_in, partner_office: Team, noe: Contact):
    first = sign_in(UserFactory(full_name="Paule Première", teams=[partner_office]))
    second = sign_in(UserFactory(full_name="Sonia Seconde", teams=[partner_office]))
    url = reverse("referrals:rule_edit", args=[noe.pk, noe.rules.get().pk])
    opened = {"area": "departement:76", "version": first.get(url).context["form"]["version"].value()}
    assert first.post(url, opened | {"priority": "3"}).status_code == SAVED
    answer = second.post(url, opened | {"priority": "4"})
    assert (answer.status_code, "Paule Première" in answer.content.decode()) == (409, True)
    assert noe.rules.get().priority == 3
    again = opened | {"priority": "4", "version": answer.context["form"]["version"].value()}
    assert second.post(url, again).status_code == SAVED


def test_removing_says_what_nobody_answers_any_more(partner_manager: Client, noe: Contact):
    rule = noe.rules.get()
    url = reverse("referrals:rule_remove", args=[noe.pk, rule.pk])
    page = partner_manager.get(url)
    hands = page.context["hands"]
    assert "plus personne ensuite" in page.content.decode()
    assert partner_manager.post(url).status_code == 200
    assert noe.rules.exists()
    after = partner_manager.post(url, {"confirmed": hands.mark}, follow=True).content.decode()
    assert "Règle retirée" in after
    assert not noe.rules.exists()


def test_the_rules_of_another_office_are_not_there(partner_manager: Client, operator: Operator):
    rule = RuleFactory(contact=ContactFactory())
    for name, args in (("add", []), ("edit", [rule.pk]), ("remove", [rule.pk])):
        url = reverse(f"referrals:rule_{name}", args=[rule.contact_id, *args])
        assert partner_manager.post(url, {"area": "departement:76", "priority": "5"}).status_code == 404


def test_only_the_first_fifty_lines_are_shown(partner_manager: Client, claire: Contact, operator: Operator):
    CommuneFactory.create_batch(70)
    hands = add(partner_manager, claire, area="departement:76").context["hands"]
    assert len(hands.rows) == 50
    assert hands.cases == hands.unshown + 50 > 70


# An absence, a stand-in, a contact out of service


def test_an_absence_is_read_before_it_is_saved(partner_manager: Client, claire: Contact, noe: Contact):
    RuleFactory(contact=claire, priority=1)
    url = reverse("partners:contact_edit", args=[claire.pk])
    form = partner_manager.get(url).context["form"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    values = {name: form[name].value() or "" for name in form.fields} | {
        "absent_from": tomorrow.isoformat(), "absent_until": (tomorrow + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    answer = partner_manager.post(url, values)
    hands = answer.context["hands"]
    assert {(row.before, row.after) for row in hands.rows} == {("Claire Martin", "Noé Bernard")}
    assert all(row.since for row in hands.rows)
    claire.refresh_from_db()
    assert claire.absent_from is None
    assert partner_manager.post(url, values | {"confirmed": hands.mark}).status_code == SAVED
    claire.refresh_from_db()
    assert claire.absent_from == tomorrow


def test_going_out_of_service_says_who_answers_instead(partner_manager: Client, claire: Contact, noe: Contact):
    RuleFactory(contact=claire, priority=1)
    answer = partner_manager.get(reverse("partners:contact_deactivate", args=[claire.pk]))
    hands = answer.context["hands"]
    assert {(row.before, row.after) for row in hands.rows} == {("Claire Martin", "Noé Bernard")}
    assert f"{hands.cases} couples démarche × commune changent d’interlocuteur" in answer.content.decode()


@pytest.mark.parametrize("name", ["contact_deactivate", "contact_reactivate"])
def test_nobody_goes_or_comes_back_before_one_has_read_what_changes_hands(
    partner_manager: Client, claire: Contact, noe: Contact, name: str
):
    was = name == "contact_deactivate"
    Contact.objects.filter(pk=claire.pk).update(is_active=was)
    RuleFactory(contact=claire, priority=1)
    url = reverse(f"partners:{name}", args=[claire.pk])
    answer = partner_manager.post(url)
    hands = answer.context["hands"]
    people = ("Claire Martin", "Noé Bernard") if was else ("Noé Bernard", "Claire Martin")
    assert {(row.before, row.after) for row in hands.rows} == {people}
    assert f'name="confirmed" value="{hands.mark}"' in answer.content.decode()
    claire.refresh_from_db()
    assert claire.is_active is was
    assert partner_manager.post(url, {"confirmed": hands.mark}).status_code == SAVED
    claire.refresh_from_db()
    assert claire.is_active is not was


def test_who_comes_back_has_not_left(partner_manager: Client, claire: Contact):
    Contact.objects.filter(pk=claire.pk).update(is_active=False, left_on=timezone.localdate())
    partner_manager.post(reverse("partners:contact_reactivate", args=[claire.pk]))
    claire.refresh_from_db()
    assert (claire.is_active, claire.left_on) == (True, None)


def test_a_contact_who_changes_operator_takes_cases_of_the_new_one(
    partner_manager: Client, claire: Contact, noe: Contact
):
    other = OperatorFactory(code="CPAM", name="Assurance Maladie")
    ProcedureFactory(operator=other, name="Carte Vitale")
    RuleFactory(contact=claire)
    claire.operator = other
    claire.save()
    url = reverse("partners:contact_edit", args=[claire.pk])
    values = {"version": version_of(claire), "operator": noe.operator_id, "name": claire.name, "phone": claire.phone}
    rows = partner_manager.post(url, values).context["hands"].rows
    assert {(row.procedure, row.before, row.after) for row in rows} == {
        ("Carte Vitale", "Claire Martin", "personne"),
        ("Aide au logement", "Noé Bernard", "Claire Martin ou Noé Bernard"),
    }


def test_reading_costs_the_same_with_many_colleagues(
    partner_manager: Client, claire: Contact, partner_office: Team, queries_for
):
    cost = queries_for(lambda: add(partner_manager, claire, area="departement:76"))
    for colleague in ContactFactory.create_batch(8, operator=claire.operator, office=partner_office):
        RuleFactory(contact=colleague, departement_id=None, epci_id="200084952")
    assert queries_for(lambda: add(partner_manager, claire, area="departement:76")) == cost
