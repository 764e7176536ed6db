"""The counter log and what needs me, as the counsellor meets them."""

import pytest
from django.test import Client

from accounts.models import Membership, User
from accounts.sensitive import NIR_REFUSED
from partners.models import Procedure
from referrals.models import Outcome, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.conftest import Persona
from tests.partners.factories import ProcedureFactory
from tests.territories.factories import CommuneFactory, PostalCodeFactory

DESK = "/accueil/"


def entry(client: Client, **typed: str) -> dict[str, str]:
    """What the browser would send: the fields of the form as the page gives them, and what was typed."""
    key = str(client.get(DESK).context["form"]["key"].value())
    return {"key": key, "outcome": Outcome.SOLVED, "procedure": "rsa", **typed}


def test_a_solved_request_is_logged_with_three_letters_and_no_name(counsellor: Client, procedure: Procedure) -> None:
    response = counsellor.post(DESK, entry(counsellor, procedure="rsa"))
    logged = ServiceRequest.objects.get()
    assert response.status_code == 302
    assert (logged.procedure, logged.outcome) == (procedure, Outcome.SOLVED)
    assert logged.resident_informed_at == logged.received_at == logged.closed_at
    assert not hasattr(logged, "identity")


def test_a_solved_request_costs_one_insert(
    counsellor: Client, procedure: Procedure, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    typed = entry(counsellor)
    with django_assert_max_num_queries(10) as captured:  # type: ignore[operator]
        counsellor.post(DESK, typed)
    writes = [q["sql"] for q in captured.captured_queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(writes) == 1
    assert writes[0].startswith('INSERT INTO "referrals_servicerequest"')


def test_eight_clicks_give_one_request(counsellor: Client, procedure: Procedure) -> None:
    typed = entry(counsellor)
    answers = {counsellor.post(DESK, typed).status_code for _ in range(8)}
    assert answers == {302}
    assert ServiceRequest.objects.count() == 1


def test_two_tabs_opened_before_logging_give_one_request(counsellor: Client, procedure: Procedure) -> None:
    first_tab, second_tab = entry(counsellor), entry(counsellor)
    counsellor.post(DESK, first_tab)
    counsellor.post(DESK, second_tab)
    assert ServiceRequest.objects.count() == 1


def test_two_people_with_the_same_need_give_two_requests(counsellor: Client, procedure: Procedure) -> None:
    counsellor.post(DESK, entry(counsellor))
    counsellor.post(DESK, entry(counsellor))
    assert ServiceRequest.objects.count() == 2


def test_going_back_and_changing_the_demarche_asks_before_logging_another(
    counsellor: Client, procedure: Procedure
) -> None:
    ProcedureFactory(name="Carte grise", operator=procedure.operator)
    typed = entry(counsellor)
    counsellor.post(DESK, typed)
    again = counsellor.post(DESK, {**typed, "procedure": "carte gri"})
    assert again.status_code == 409
    assert "carte gri" in again.content.decode()
    assert ServiceRequest.objects.count() == 1
    new_key = str(again.context["form"]["key"].value())
    counsellor.post(DESK, {**typed, "procedure": "carte gri", "key": new_key})
    assert ServiceRequest.objects.count() == 2


def test_the_key_of_a_colleague_gives_nothing_away(
    counsellor: Client, other_counsellor: Client, procedure: Procedure
) -> None:
    typed = entry(counsellor)
    counsellor.post(DESK, typed)
    response = other_counsellor.post(DESK, typed)
    assert response.status_code == 409
    assert ServiceRequest.objects.get().reference not in response.content.decode()


@pytest.mark.parametrize("field", ["procedure", "commune"])
def test_a_social_security_number_is_refused_and_the_rest_is_kept(
    counsellor: Client, procedure: Procedure, field: str
) -> None:
    typed = entry(counsellor, commune="Montivilliers") | {field: "1 84 12 76 451 089 46"}
    response = counsellor.post(DESK, typed)
    assert response.status_code == 422
    assert NIR_REFUSED in response.content.decode().replace("&#x27;", "'")
    assert "1 84 12 76 451 089 46" in response.content.decode()
    assert ServiceRequest.objects.count() == 0


def test_an_ambiguous_word_offers_the_choices(counsellor: Client, procedure: Procedure) -> None:
    other = ProcedureFactory(name="RSA : réclamation", operator=procedure.operator)
    response = counsellor.post(DESK, entry(counsellor, procedure="rsa r"))
    chosen = counsellor.post(DESK, entry(counsellor, procedure="rsa", procedure_code=other.code))
    assert response.status_code in (302, 422)
    assert chosen.status_code == 302
    assert ServiceRequest.objects.filter(procedure=other).exists()


def test_a_demarche_that_no_longer_exists_is_said_and_the_word_kept(counsellor: Client, procedure: Procedure) -> None:
    Procedure.objects.update(is_active=False)
    response = counsellor.post(DESK, entry(counsellor, procedure="RSA : demande ou suivi"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Aucune démarche en service ne correspond" in page
    assert 'value="RSA : demande ou suivi"' in page


def test_a_request_to_hand_over_leads_to_who_to_call(counsellor: Client, procedure: Procedure) -> None:
    response = counsellor.post(DESK, entry(counsellor, outcome=Outcome.REFERRED))
    logged = ServiceRequest.objects.get()
    assert response["Location"] == f"/demandes/{logged.reference}/transmettre/"
    assert logged.resident_informed_at is None


def works_at(user: User, structure: Structure) -> None:
    assert structure.team is not None
    Membership.objects.create(user=user, team=structure.team)


def test_the_same_demarche_at_two_sites_is_two_requests(
    counsellor_user: User, structure: Structure, other_structure: Structure, procedure: Procedure, sign_in: Persona
) -> None:
    works_at(counsellor_user, other_structure)
    client = sign_in(counsellor_user)
    for site in (structure, other_structure):
        client.post("/ma-structure/", {"structure": site.pk})
        client.post(DESK, entry(client))
    assert {request.structure for request in ServiceRequest.objects.all()} == {structure, other_structure}


def test_a_request_goes_to_the_site_its_form_was_opened_for(
    counsellor_user: User, structure: Structure, other_structure: Structure, procedure: Procedure, sign_in: Persona
) -> None:
    works_at(counsellor_user, other_structure)
    client = sign_in(counsellor_user)
    client.post("/ma-structure/", {"structure": structure.pk})
    typed = entry(client, site=str(structure.pk))
    client.post("/ma-structure/", {"structure": other_structure.pk})
    client.post(DESK, typed)
    assert ServiceRequest.objects.get().structure == structure


def test_a_site_that_is_not_hers_in_the_form_changes_nothing(
    counsellor: Client, structure: Structure, other_structure: Structure, procedure: Procedure
) -> None:
    counsellor.post(DESK, entry(counsellor, site=str(other_structure.pk)))
    assert ServiceRequest.objects.get().structure == structure


@pytest.mark.parametrize("outcome", [Outcome.REFERRED, Outcome.CALL_BACK])
def test_solved_then_back_with_another_outcome_asks_before_logging_another(
    counsellor: Client, procedure: Procedure, outcome: str
) -> None:
    typed = entry(counsellor)
    counsellor.post(DESK, typed)
    assert counsellor.post(DESK, {**typed, "outcome": outcome}).status_code == 409


def test_a_call_back_sent_again_after_it_was_handed_over_is_still_the_same_entry(
    counsellor: Client, procedure: Procedure
) -> None:
    typed = entry(counsellor, outcome=Outcome.CALL_BACK)
    counsellor.post(DESK, typed)
    ServiceRequest.objects.update(outcome=Outcome.REFERRED)
    assert counsellor.post(DESK, typed).status_code == 302
    assert ServiceRequest.objects.count() == 1


def test_a_postcode_is_not_taken_for_the_insee_code_of_another_commune(
    counsellor: Client, procedure: Procedure
) -> None:
    le_havre = CommuneFactory(le_havre=True)
    PostalCodeFactory(code="76600", commune=le_havre)
    CommuneFactory(insee="76600", name="Saint-Léonard")
    counsellor.post(DESK, entry(counsellor, commune="76600"))
    assert ServiceRequest.objects.get().commune == le_havre


def test_a_postcode_of_several_communes_names_them(counsellor: Client, procedure: Procedure) -> None:
    for name in ("Angerville", "Valmont"):
        PostalCodeFactory(code="76540", commune=CommuneFactory(name=name))
    page = counsellor.post(DESK, entry(counsellor, commune="76540")).content.decode()
    assert "Angerville, Valmont" in page
    assert 'value="76540"' in page


def test_in_a_bus_the_commune_is_asked_when_somebody_must_be_called(
    counsellor: Client, structure: Structure, procedure: Procedure
) -> None:
    Structure.objects.filter(pk=structure.pk).update(kind="bus")
    refused = counsellor.post(DESK, entry(counsellor, outcome=Outcome.REFERRED))
    assert refused.status_code == 422
    assert "elle décide de l’interlocuteur" in refused.content.decode()
    counsellor.post(DESK, entry(counsellor))
    assert ServiceRequest.objects.get().outcome == Outcome.SOLVED


def test_one_more_repeats_the_last_demarche(counsellor: Client, procedure: Procedure) -> None:
    counsellor.post(DESK, entry(counsellor))
    page = counsellor.get(DESK, {"encore": procedure.code}).content.decode()
    assert 'value="RSA : demande ou suivi"' in page


def test_what_was_typed_after_the_session_ended_is_back_after_signing_in(
    counsellor: Client, counsellor_user: object, procedure: Procedure
) -> None:
    page = counsellor.get(DESK)
    typed = {**entry(counsellor, commune="Montivilliers"), "typed_by": page.context["typed_by"]}
    counsellor.logout()
    refused = counsellor.post(DESK, typed)
    assert refused["Location"].startswith("/compte/login/")
    assert ServiceRequest.objects.count() == 0
    counsellor.force_login(counsellor_user)  # type: ignore[arg-type]
    back = counsellor.get(DESK)
    assert 'value="Montivilliers"' in back.content.decode()
    assert str(back.context["form"]["key"].value()) == typed["key"]


def test_somebody_else_on_the_same_computer_does_not_find_it(
    counsellor: Client, structure: Structure, procedure: Procedure
) -> None:
    typed = {**entry(counsellor, commune="Montivilliers"), "typed_by": counsellor.get(DESK).context["typed_by"]}
    counsellor.logout()
    counsellor.post(DESK, typed)
    counsellor.force_login(UserFactory(teams=[structure.team]))
    assert "Montivilliers" not in counsellor.get(DESK).content.decode().replace("France services de Montivilliers", "")


def test_a_key_that_is_not_one_comes_back_with_a_good_one(counsellor: Client, procedure: Procedure) -> None:
    typed = entry(counsellor, key="pas-une-cle")
    response = counsellor.post(DESK, typed)
    assert response.status_code == 409
    again = {**typed, "key": str(response.context["form"]["key"].value())}
    assert counsellor.post(DESK, again).status_code == 302
    assert ServiceRequest.objects.count() == 1
