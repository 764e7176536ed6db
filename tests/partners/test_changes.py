"""Is every change of the directory told with its author, and taken back only when nothing came after it?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners import actions
from partners.actions.hours import OTHER_HOURS, opened_on, set_hours_of
from partners.actions.local_service_places import add_place, change_place
from partners.actions.operators import OperatorValues
from partners.history import last_changes
from partners.models import Contact, LocalService, Rule
from partners.versions import sign
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import (
    AdvisorFactory,
    ContactFactory,
    LocalServiceFactory,
    OperatorFactory,
    ProcedureFactory,
    RuleFactory,
    SubjectFactory,
)
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


def test_a_change_followed_by_another_of_the_same_column_is_not_taken_back(hers, paula, anne):
    version = change(anne, paula, phone="02 61 91 00 99")
    change(anne, paula, phone="02 61 91 00 77")
    assert (
        reverse("partners:change_undo", args=["interlocuteur", version.history_id])
        not in hers.get(ALL).content.decode()
    )
    response = undo(hers, "interlocuteur", version)
    assert response.status_code == 409
    assert "modifiée depuis" in response.content.decode()
    anne.refresh_from_db()
    assert anne.phone == "02 61 91 00 77"


def test_a_change_followed_by_others_elsewhere_is_taken_back_alone(hers, paula, anne):
    version = change(anne, paula, phone="02 61 91 00 99")
    change(anne, paula, function="cheffe")
    assert reverse("partners:change_undo", args=["interlocuteur", version.history_id]) in hers.get(ALL).content.decode()
    assert undo(hers, "interlocuteur", version).status_code == 200
    anne.refresh_from_db()
    assert (anne.phone, anne.function) == ("02 61 91 00 12", "cheffe")
    again = undo(hers, "interlocuteur", version)
    assert again.status_code == 409
    assert "modifiée depuis" in again.content.decode()


def test_a_rule_corrected_since_is_not_taken_away_by_undoing_its_birth(hers, paula, anne):
    rule = RuleFactory(contact=anne, priority=3)
    born = rule.history.latest("history_id")
    corrected = change(rule, paula, priority=5)
    assert undo(hers, "regle", born).status_code == 409
    assert undo(hers, "regle", corrected).status_code == 200
    assert undo(hers, "regle", born).status_code == 200
    assert not anne.rules.exists()


def test_a_removal_comes_back_only_from_the_last_line_that_tells_it(hers, paula, anne):
    rule = RuleFactory(contact=anne)
    actions.remove_rule(rule=rule, by=paula, now=timezone.now())
    gone = Rule.history.latest("history_id")
    undo(hers, "regle", gone)
    actions.remove_rule(rule=anne.rules.get(), by=paula, now=timezone.now())
    assert undo(hers, "regle", gone).status_code == 409
    assert not anne.rules.exists()


def test_a_procedure_and_an_operator_get_back_only_what_the_line_changed(hers, paula):
    family = OperatorFactory(name="Caf")
    procedure = ProcedureFactory(operator=family, name="Aide au logement", synonyms="APL")
    version = change(procedure, paula, name="Aide pour se loger")
    change(procedure, paula, synonyms="APL, logement")
    assert undo(hers, "demarche", version).status_code == 200
    procedure.refresh_from_db()
    assert (procedure.name, procedure.synonyms) == ("Aide au logement", "APL, logement")


def test_of_two_needs_added_one_after_the_other_the_first_is_taken_back_alone(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    first, second = SubjectFactory(), SubjectFactory()

    def serve(*needs, minutes: int):
        at = now + timedelta(minutes=minutes)
        actions.update_local_service(service=service, version=None, by=paula, now=at, needs=needs, procedures=[])
        return last_line(service)

    version = serve(first, minutes=1)
    serve(first, second, minutes=2)
    sheet = hers.get(reverse("partners:local_service_edit", args=[service.pk])).content.decode()
    assert reverse("partners:local_service_undo", args=[service.pk, version.history_id]) in sheet
    assert undo(hers, "service", version).status_code == 200
    assert list(service.needs.all()) == [second]
    assert undo(hers, "service", version).status_code == 409


def test_of_two_limits_added_one_after_the_other_the_first_is_taken_back_alone(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    actions.add_limit(service=service, text="Une", by=paula, now=now)
    version = last_line(service)
    actions.add_limit(service=service, text="Deux", by=paula, now=now + timedelta(minutes=1))
    change(service, paula, access="sans rendez-vous")
    assert reverse("partners:change_undo", args=["service", version.history_id]) in hers.get(ALL).content.decode()
    assert undo(hers, "service", version).status_code == 200
    assert list(service.limit_rows.values_list("text", flat=True)) == ["Deux"]
    assert reverse("partners:change_undo", args=["service", version.history_id]) not in hers.get(ALL).content.decode()
    undo(hers, "service", last_line(service))
    assert sorted(service.limit_rows.values_list("text", flat=True)) == ["Deux", "Une"]


def test_a_change_overwritten_without_history_is_not_taken_back(hers, paula, anne):
    version = change(anne, paula, phone="02 61 91 00 99")
    Contact.objects.update(phone="02 61 91 00 55")
    assert undo(hers, "interlocuteur", version).status_code == 409


def test_stand_ins_that_would_go_round_do_not_come_back(hers, paula, anne):
    bea = ContactFactory(office=anne.office, operator=anne.operator, name="Béa Roux")
    change(anne, paula, stand_in=bea)
    version = change(anne, paula, stand_in=None)
    change(bea, paula, stand_in=anne)
    response = undo(hers, "interlocuteur", version)
    assert response.status_code == 409
    assert "Anne Dupont → Béa Roux → Anne Dupont" in response.content.decode()
    anne.refresh_from_db()
    assert anne.stand_in is None


def test_hours_that_do_not_come_back_are_said(hers, paula, anne):
    """Lines older than what is remembered beside them."""
    anne.phone = "02 61 91 00 99"
    sign(anne, by=paula, now=timezone.now(), reason=OTHER_HOURS).save()
    page = undo(hers, "interlocuteur", anne.history.latest("history_id")).content.decode()
    assert "Changement annulé, sauf les horaires" in page
    assert "est comme avant lui" not in page


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


def last_line(service: LocalService):
    return service.history.latest("history_id")


def test_a_limit_and_an_area_taken_away_come_back(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    need = SubjectFactory()
    limit = actions.add_limit(service=service, text="Pas d’aide financière", need=need, by=paula, now=now)
    area = actions.add_area(service=service, commune=service.commune, note="quartiers sud", by=paula, now=now)
    actions.remove_limit(limit=limit, by=paula, now=now + timedelta(minutes=1))
    assert undo(hers, "service", last_line(service)).status_code == 200
    assert list(service.limit_rows.values_list("text", "need")) == [("Pas d’aide financière", need.pk)]
    actions.remove_area(area=area, by=paula, now=now + timedelta(minutes=2))
    assert undo(hers, "service", last_line(service)).status_code == 200
    assert list(service.areas.values_list("commune", "note")) == [(service.commune_id, "quartiers sud")]
    assert service.limit_rows.count() == 1


def test_hours_written_over_come_back_and_the_way_back_is_undone_in_turn(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    morning = {"note": "sonner", "slots": []}
    set_hours_of(service, hours=morning, opened=opened_on(None), by=paula, now=now)
    service.refresh_from_db()
    other = {"note": "fermé l’été", "slots": []}
    set_hours_of(service, hours=other, opened=opened_on(service.schedule), by=paula, now=now + timedelta(minutes=1))
    undo(hers, "service", last_line(service))
    service.refresh_from_db()
    assert service.schedule.note == "sonner"
    undo(hers, "service", last_line(service))
    service.schedule.refresh_from_db()
    assert service.schedule.note == "fermé l’été"


def test_a_place_is_put_back_and_an_added_one_goes_out_of_service(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    values = {"address": "", "commune": service.commune, "is_active": True}
    place = add_place(service=service, name="Mairie", by=paula, now=now, **values)
    change_place(place=place, name="Mairie annexe", by=paula, now=now + timedelta(minutes=1), **values)
    undo(hers, "service", last_line(service))
    place.refresh_from_db()
    assert (place.name, place.is_active) == ("Mairie", True)
    other = add_place(service=service, name="Gymnase", by=paula, now=now + timedelta(minutes=2), **values)
    undo(hers, "service", last_line(service))
    other.refresh_from_db()
    place.refresh_from_db()
    assert (other.is_active, place.is_active) == (False, True)


def test_what_changed_without_a_line_of_history_is_not_overwritten(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    actions.add_limit(service=service, text="Une limite", by=paula, now=now)
    service.limit_rows.update(text="Une autre")
    assert undo(hers, "service", last_line(service)).status_code == 409
    assert service.limit_rows.get().text == "Une autre"


def test_a_line_with_nothing_to_put_back_has_no_button(hers, paula, partner_office):
    service = LocalServiceFactory(office=partner_office)
    sign(service, by=paula, now=timezone.now(), reason="calendrier des séances").save()
    page = hers.get(ALL, {"objet": "service"}).content.decode()
    assert "calendrier des séances" in page
    assert reverse("partners:change_undo", args=["service", last_line(service).history_id]) not in page


def test_the_history_of_digital_advisors_is_not_among_that_of_local_services(hers, paula, partner_office):
    advisor = AdvisorFactory(office=partner_office, name="Zoé Marical")
    version = change(advisor, paula, access="sur rendez-vous")
    assert "Zoé Marical" not in hers.get(ALL, {"objet": "service"}).content.decode()
    assert undo(hers, "service", version).status_code == 404


def test_an_operator_gets_back_its_name_and_the_words_of_its_procedures(hers, paula):
    operator = OperatorFactory(code="CAF", name="Caf")
    procedure = ProcedureFactory(operator=operator, name="Aide au logement")
    same: OperatorValues = {
        "name": "Familles", "official_name": "", "synonyms": "", "public_phone": "", "phone_confirmed": False,
        "website": "", "counsellor_note": "", "file_number_name": "", "in_bundle_from": None, "in_bundle_until": None,
    }  # fmt: skip
    actions.update_operator(operator=operator, version=None, by=paula, now=timezone.now(), **same)
    page = hers.get(ALL, {"objet": "operateur"}).content.decode()
    assert "Nom\u00a0: «\u00a0Caf\u00a0» devient «\u00a0Familles\u00a0»" in page
    assert reverse("partners:operator_edit", args=["CAF"]) in page
    assert undo(hers, "operateur", operator.history.latest("history_id")).status_code == 200
    operator.refresh_from_db()
    procedure.refresh_from_db()
    assert operator.name == "Caf"
    assert "caf" in procedure.search_text.split()


def test_a_procedure_is_told_with_the_names_of_what_it_points_to_and_taken_back(hers, paula):
    family, farming = OperatorFactory(name="Caf"), OperatorFactory(name="MSA")
    procedure = ProcedureFactory(operator=family, name="Aide au logement")
    version = change(procedure, paula, operator=farming, synonyms="APL")
    page = hers.get(ALL, {"objet": "demarche"}).content.decode()
    assert "Opérateur\u00a0: Caf devient MSA" in page
    assert undo(hers, "demarche", version).status_code == 200
    procedure.refresh_from_db()
    assert (procedure.operator, procedure.synonyms) == (family, "")


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


def test_the_last_change_is_undone_from_the_sheet_itself(hers, paula, partner_office):
    service, now = LocalServiceFactory(office=partner_office), timezone.now()
    sheet = reverse("partners:local_service_edit", args=[service.pk])
    actions.add_limit(service=service, text="Une limite", by=paula, now=now)
    address = reverse("partners:local_service_undo", args=[service.pk, last_line(service).history_id])
    assert address in hers.get(sheet).content.decode()
    assert "comme avant lui" in hers.post(address, follow=True).content.decode()
    assert not service.limit_rows.exists()
    assert "modifiée depuis" in hers.post(address, follow=True).content.decode()
    page = hers.get(sheet).content.decode()
    assert "Annule la modification du" in page
    assert address not in page


def test_a_line_of_another_service_is_not_undone_from_this_sheet(hers, paula, partner_office):
    service, other = LocalServiceFactory(office=partner_office), LocalServiceFactory(office=partner_office)
    version = change(other, paula, access="sur rendez-vous")
    assert hers.post(reverse("partners:local_service_undo", args=[service.pk, version.history_id])).status_code == 404


def test_an_advisors_hours_come_back_from_her_sheet(sign_in, paula):
    team = TeamFactory(digital=True)
    nadia, advisor = UserFactory(full_name="Nadia", teams=[team]), AdvisorFactory(digital_team=team)
    kept = {"note": "sur le parvis", "slots": []}
    set_hours_of(advisor, hours=kept, opened=opened_on(None), by=nadia, now=timezone.now())
    address = reverse("partners:digital_advisor_undo", args=[advisor.pk, last_line(advisor).history_id])
    client = sign_in(nadia)
    assert address in client.get(reverse("partners:digital_advisor_edit", args=[advisor.pk])).content.decode()
    client.post(address)
    advisor.refresh_from_db()
    assert advisor.schedule.note == ""


def test_the_first_line_of_a_service_that_had_no_history_is_told_and_undone(hers, paula, partner_office):
    service = LocalServiceFactory(office=partner_office)
    service.history.all().delete()
    actions.add_limit(service=service, text="Une limite", by=paula, now=timezone.now())
    line = last_line(service).history_id
    sheet = hers.get(reverse("partners:local_service_edit", args=[service.pk])).content.decode()
    assert "Limite ajoutée" in sheet
    assert reverse("partners:local_service_undo", args=[service.pk, line]) in sheet
    assert reverse("partners:change_undo", args=["service", line]) in hers.get(ALL).content.decode()
    assert undo(hers, "service", last_line(service)).status_code == 200
    assert not service.limit_rows.exists()
