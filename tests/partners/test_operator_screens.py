"""Operators, démarches and local services are kept on simple screens of our own."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from partners.models import LocalService, LocalServiceKind, Operator, Procedure
from partners.search import find_procedures
from partners.versions import version_of
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import (
    ContactFactory,
    LocalServiceFactory,
    OperatorFactory,
    ProcedureFactory,
    RuleFactory,
)
from tests.territories.factories import CommuneFactory, DepartementFactory


def edit_operator(client: Client, operator: Operator, **changes: object):
    values = {"version": version_of(operator), "name": operator.name, "phone_confirmed": "on"} | changes
    return client.post(reverse("partners:operator_edit", args=[operator.code]), values)


def edit_procedure(client: Client, procedure: Procedure, **changes: object):
    values = {"version": version_of(procedure), "name": procedure.name, "operator": procedure.operator_id} | changes
    return client.post(reverse("partners:procedure_edit", args=[procedure.code]), values)


def test_an_operator_is_edited_and_its_number_is_written_as_it_is_said(partner_manager: Client):
    operator = OperatorFactory(code="CAF", name="Allocations familiales")
    answer = edit_operator(partner_manager, operator, public_phone="3230", website="https://www.caf.fr/", name="Caf")
    assert answer.status_code == 302
    operator.refresh_from_db()
    assert (operator.name, operator.public_phone, operator.website) == ("Caf", "32 30", "www.caf.fr")


def test_procedures_are_found_by_the_new_name_of_their_operator(partner_manager: Client):
    procedure = ProcedureFactory(operator=OperatorFactory(name="Ancien"))
    edit_operator(partner_manager, procedure.operator, name="Nouveau")
    assert find_procedures("nouveau", 5) == [procedure]
    assert find_procedures("ancien", 5) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"in_bundle_from": "2026-02-01", "in_bundle_until": "2026-01-01"},
            "La fin du partenariat vient après son début.",
        ),
        ({"website": "javascript:alert(1)"}, "Écrivez l’adresse du site"),
        ({"public_phone": "12"}, "Ce numéro n’est pas reconnu"),
        ({"name": "msa"}, "Un opérateur porte déjà ce nom."),
    ],
)
def test_a_wrong_operator_is_refused_in_words(partner_manager: Client, changes, said: str):
    OperatorFactory(name="MSA")
    operator = OperatorFactory(name="Caf")
    answer = edit_operator(partner_manager, operator, **changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_two_people_do_not_overwrite_an_operator_or_a_procedure(partner_manager: Client):
    procedure = ProcedureFactory()
    stale = version_of(procedure), version_of(procedure.operator)
    edit_procedure(partner_manager, procedure, counter_note="Premier")
    edit_operator(partner_manager, procedure.operator, official_name="Premier")
    assert edit_procedure(partner_manager, procedure, counter_note="Second", version=stale[0]).status_code == 409
    assert (
        edit_operator(partner_manager, procedure.operator, official_name="Second", version=stale[1]).status_code == 409
    )
    procedure.refresh_from_db()
    assert (procedure.counter_note, procedure.operator.official_name) == ("Premier", "Premier")


def test_an_operator_leaves_with_its_procedures_and_comes_back(partner_manager: Client):
    procedure = ProcedureFactory(name="Carte Vitale")
    ContactFactory(operator=procedure.operator)
    code = procedure.operator.code
    page = partner_manager.get(reverse("partners:operator_deactivate", args=[code])).content.decode()
    assert "1 démarche ne sera plus proposée" in page
    assert "1 interlocuteur" in page
    partner_manager.post(reverse("partners:operator_deactivate", args=[code]))
    assert find_procedures("vitale", 5) == []
    partner_manager.post(reverse("partners:operator_reactivate", args=[code]))
    assert find_procedures("vitale", 5) == [procedure]


def test_a_new_operator_gets_a_code_of_its_own(partner_manager: Client):
    OperatorFactory(code="FRANCE_RENOV")
    partner_manager.post(reverse("partners:operator_create"), {"name": "France Rénov’"})
    assert Operator.objects.get(name="France Rénov’").code == "FRANCE_RENOV_2"


def test_a_form_sent_twice_makes_one_operator_one_procedure_and_one_service(partner_manager: Client):
    operator = OperatorFactory(code="CAF")
    rouen = CommuneFactory(rouen=True)
    forms = [
        ("operator_create", {"name": "France Rénov’", "public_phone": "0808 800 700"}),
        ("procedure_create", {"operator": operator.pk, "name": "Aide au logement", "synonyms": "APL"}),
        ("local_service_create", {"kind": "cms", "name": "CMS de Rouen", "commune": rouen.name}),
    ]
    for name, values in forms:
        answers = [partner_manager.post(reverse(f"partners:{name}"), values) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], name
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert (Operator.objects.count(), Procedure.objects.count(), LocalService.objects.count()) == (2, 1, 1)


def test_a_taken_name_with_other_words_is_still_refused(partner_manager: Client):
    create = reverse("partners:operator_create")
    partner_manager.post(create, {"name": "France Rénov’"})
    answer = partner_manager.post(create, {"name": "France Rénov’", "official_name": "Anah"})
    assert "Un opérateur porte déjà ce nom." in answer.content.decode()
    procedure = ProcedureFactory(name="Carte Vitale")
    again = {"operator": procedure.operator_id, "name": "carte vitale", "counter_note": "Autre"}
    answer = partner_manager.post(reverse("partners:procedure_create"), again)
    assert "Cet opérateur a déjà une démarche de ce nom." in answer.content.decode()


def test_operators_are_listed_with_their_counts_in_a_fixed_number_of_queries(partner_manager: Client, queries_for):
    ProcedureFactory(operator=OperatorFactory(name="Assurance Maladie"))
    cost = queries_for(lambda: partner_manager.get("/partenaires/operateurs/"))
    for _ in range(5):
        operator = OperatorFactory()
        ProcedureFactory.create_batch(2, operator=operator)
        ContactFactory.create_batch(3, operator=operator)
    assert queries_for(lambda: partner_manager.get("/partenaires/operateurs/")) == cost
    counts = {
        (row.procedures_count, row.contacts_count)
        for row in partner_manager.get("/partenaires/operateurs/").context["rows"]
    }
    assert counts == {(1, 0), (2, 3)}
    page = partner_manager.get("/partenaires/operateurs/", {"q": "maladie"})
    assert [row.name for row in page.context["rows"]] == ["Assurance Maladie"]


def test_a_procedure_is_created_in_the_words_of_the_public(partner_manager: Client):
    operator = OperatorFactory(code="CAF", name="Caf")
    partner_manager.post(
        reverse("partners:procedure_create"),
        {"operator": operator.pk, "name": "Aide au logement", "synonyms": "APL\r\n\r\naide au loyer | ALS"},
    )
    procedure = Procedure.objects.get()
    assert (procedure.code, procedure.synonyms) == ("CAF_AIDE_AU_LOGEMENT", "APL|aide au loyer|ALS")
    assert find_procedures("loyer", 5) == [procedure]


def test_a_question_needs_the_operator_it_leads_to(partner_manager: Client):
    procedure = ProcedureFactory()
    answer = edit_procedure(partner_manager, procedure, question="Régime agricole ?")
    assert "Une question départage deux opérateurs" in answer.content.decode()
    itself = edit_procedure(partner_manager, procedure, question="Oui ?", alternative_operator=procedure.operator_id)
    assert itself.status_code == 422
    other = OperatorFactory()
    assert (
        edit_procedure(partner_manager, procedure, question="Oui ?", alternative_operator=other.pk).status_code == 302
    )


def test_procedures_are_searched_filtered_and_paged_at_a_fixed_cost(partner_manager: Client, queries_for):
    caf = OperatorFactory(code="CAF")
    ProcedureFactory(operator=caf, name="Aide", synonyms="APL")
    cost = queries_for(lambda: partner_manager.get("/partenaires/demarches/"))
    ProcedureFactory.create_batch(60)
    ProcedureFactory(operator=caf, name="Finie", is_active=False)
    assert queries_for(lambda: partner_manager.get("/partenaires/demarches/")) == cost

    def names(**filters: str) -> list[str]:
        return [row.name for row in partner_manager.get("/partenaires/demarches/", filters).context["page"]]

    assert len(names()) == 50
    assert names(q="apl") == names(operateur="CAF") == ["Aide"]
    assert names(operateur="CAF", etat="inactives") == ["Finie"]


def test_the_rules_of_a_procedure_are_those_of_her_own_contacts(partner_manager: Client, partner_office: Team):
    DepartementFactory()
    procedure = ProcedureFactory()
    for name, office in (("Claire Dubois", partner_office), ("Yann Voisin", TeamFactory(partner_office=True))):
        contact = ContactFactory(operator=procedure.operator, office=office, name=name)
        RuleFactory(contact=contact, procedure=procedure)
    page = partner_manager.get(reverse("partners:procedure_edit", args=[procedure.code])).content.decode()
    assert "Claire Dubois" in page
    assert "Yann Voisin" not in page


@pytest.mark.django_db
def test_a_question_that_leads_to_an_operator_out_of_service_is_not_asked():
    other = OperatorFactory()
    procedure = ProcedureFactory(question="Régime agricole ?", alternative_operator=other)
    assert procedure.operators() == [procedure.operator, other]
    assert procedure.open_question == "Régime agricole ?"
    other.is_active = False
    assert procedure.operators() == [procedure.operator]
    assert procedure.open_question == ""


@pytest.mark.django_db
def test_who_may_answer_is_in_service():
    procedure = ProcedureFactory(operator__is_active=False)
    assert procedure.operators() == []
    assert procedure.open_question == ""


def test_a_procedure_leaves_and_comes_back(partner_manager: Client):
    procedure = ProcedureFactory(name="Carte Vitale")
    assert partner_manager.get(reverse("partners:procedure_deactivate", args=[procedure.code])).status_code == 200
    assert find_procedures("vitale", 5) == [procedure]
    partner_manager.post(reverse("partners:procedure_deactivate", args=[procedure.code]))
    assert find_procedures("vitale", 5) == []
    partner_manager.post(reverse("partners:procedure_reactivate", args=[procedure.code]))
    assert find_procedures("vitale", 5) == [procedure]


@pytest.mark.parametrize("name", ["operators", "procedures", "local_services", "operator_create", "procedure_create"])
def test_only_the_partner_office_keeps_them(counsellor: Client, coordinator: Client, superuser: Client, name: str):
    for client in (counsellor, coordinator, superuser):
        assert client.get(reverse(f"partners:{name}")).status_code == 403


def test_each_keeps_her_own_services(partner_manager: Client, partner_office: Team, sign_in):
    team = TeamFactory(digital=True)
    nadia = sign_in(UserFactory(teams=[team]))
    advisor = LocalServiceFactory(
        kind=LocalServiceKind.DIGITAL_ADVISOR, digital_team=team, commune=CommuneFactory(dieppe=True)
    )
    foreign = LocalServiceFactory(kind=LocalServiceKind.DIGITAL_ADVISOR, digital_team=TeamFactory(digital=True))
    cms = LocalServiceFactory(office=partner_office)
    assert [line.service for line in nadia.get("/pilotage/conseillers-numeriques/").context["lines"]] == [advisor]
    assert [row for row, _ in partner_manager.get("/partenaires/services-locaux/").context["rows"]] == [cms]
    for pk, status in ((advisor.pk, 200), (foreign.pk, 404), (cms.pk, 404)):
        assert nadia.get(reverse("partners:digital_advisor_edit", args=[pk])).status_code == status
    assert partner_manager.get(reverse("partners:local_service_edit", args=[advisor.pk])).status_code == 404
    assert partner_manager.get("/pilotage/conseillers-numeriques/").status_code == 403
