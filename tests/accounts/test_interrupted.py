"""Is what was typed given back after signing in again, to the person who typed it and to nobody else?"""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts import interrupted
from accounts.models import User
from accounts.sealing import unseal
from partners.models import Procedure
from referrals.models import ServiceRequest
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.partners.factories import ProcedureFactory
from tests.referrals.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db
DESK, LOGIN = "/accueil/", "/compte/login/"
PASSWORD = "une-phrase-bien-longue"


@pytest.fixture
def procedure(db: None) -> Procedure:
    return ProcedureFactory(name="RSA : demande ou suivi")


@pytest.fixture
def person(structure: Structure) -> User:
    user = UserFactory(email="aline@exemple.fr", teams=[structure.team])
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def desk(person: User, procedure: Procedure) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(client: Client, **fields: str) -> dict[str, str]:
    page = client.get(DESK)
    key = str(page.context["form"]["key"].value())
    return {"typed_by": page.context["typed_by"], "key": key, "outcome": "solved", "procedure": "rsa", **fields}


def session_ends(client: Client) -> None:
    """Thirty minutes went by: the server has forgotten the session, the browser still shows the page."""
    client.session.flush()


def sign_in(client: Client, user: User, address: str) -> None:
    response = client.post(address, {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    assert response.headers["Location"] == DESK


def test_what_was_typed_is_back_after_signing_in(desk: Client, person: User) -> None:
    fields = typed(desk, procedure="carte gri", commune="Montivilliers")
    session_ends(desk)
    refused = desk.post(DESK, fields)
    assert refused.status_code == 302
    assert refused.headers["Location"].startswith(LOGIN)
    assert ServiceRequest.objects.count() == 0
    sign_in(desk, person, refused.headers["Location"])
    form = desk.get(DESK).context["form"]
    assert (form["procedure"].value(), form["commune"].value()) == ("carte gri", "Montivilliers")


def test_sending_it_again_logs_it_once_under_the_same_key(desk: Client, person: User) -> None:
    fields = typed(desk)
    session_ends(desk)
    sign_in(desk, person, desk.post(DESK, fields).headers["Location"])
    key = str(desk.get(DESK).context["form"]["key"].value())
    assert key == fields["key"]
    for _ in range(2):
        desk.post(DESK, {**fields, "key": key})
    assert ServiceRequest.objects.count() == 1


def test_it_is_given_back_once(desk: Client, person: User) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    sign_in(desk, person, desk.post(DESK, fields).headers["Location"])
    desk.get(DESK)
    assert not desk.get(DESK).context["form"]["commune"].value()


def test_a_colleague_on_the_same_computer_finds_nothing_of_it(desk: Client, person: User, structure: Structure) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    address = desk.post(DESK, fields).headers["Location"]
    colleague = UserFactory(teams=[structure.team])
    colleague.set_password(PASSWORD)
    colleague.save()
    sign_in(desk, colleague, address)
    page = desk.get(DESK)
    assert not page.context["form"]["commune"].value()


def test_nothing_is_kept_of_a_form_that_nobody_signed(desk: Client) -> None:
    for forged in ("", "1", "abc:def", interrupted.mark(UserFactory())[:-2] + "xx"):
        fields = typed(desk) | {"typed_by": forged}
        client = Client()
        assert client.post(DESK, fields).status_code == 302
        assert "interrupted" not in client.session


def test_too_long_a_text_is_not_kept(desk: Client) -> None:
    fields = typed(desk, procedure="a" * 30_000)
    client = Client()
    assert client.post(DESK, fields).status_code == 302
    assert "interrupted" not in client.session


def test_the_text_waits_unreadable_and_without_its_secrets(desk: Client) -> None:
    fields = typed(desk, commune="Montivilliers", csrfmiddlewaretoken="secret-du-navigateur")
    client = Client()
    client.post(DESK, fields)
    kept = repr(dict(client.session.items()))
    assert "interrupted" in kept
    assert "Montivilliers" not in kept
    assert "secret-du-navigateur" not in kept


def test_it_is_forgotten_after_an_hour(desk: Client, person: User) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    address = desk.post(DESK, fields).headers["Location"]
    session = desk.session
    session["interrupted"] = {**session["interrupted"], "at": session["interrupted"]["at"] - 3700}
    session.save()
    sign_in(desk, person, address)
    assert not desk.get(DESK).context["form"]["commune"].value()


def test_another_page_does_not_get_it(desk: Client, person: User) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    address = desk.post(DESK, fields).headers["Location"]
    sign_in(desk, person, address)
    desk.get("/demandes/")
    assert desk.get(DESK).context["form"]["commune"].value() == "Montivilliers"


# ── A form that stands on another page than its own address ──────────────────


@pytest.fixture
def request_page(structure: Structure) -> str:
    return f"/demandes/{ServiceRequestFactory(structure=structure).reference}/"


def note_of(client: Client, page: str) -> dict[str, str]:
    return {"typed_by": client.get(page).context["typed_by"], "text": "Rappeler après 14 h"}


def back_after(client: Client, user: User, refused: HttpResponseBase) -> str:
    response = client.post(refused.headers["Location"], {"login": user.email, "password": PASSWORD})
    return str(response.headers["Location"])


@pytest.mark.parametrize("part", ["notes/", "identite/", "usager-informe/", "appels/12/"])
@pytest.mark.parametrize(
    "referer", ["http://testserver{page}", "", "http://ailleurs.example/", "{page}notes/", "http://["]
)
def test_after_signing_in_she_lands_on_the_page_that_holds_the_form(
    desk: Client, person: User, request_page: str, part: str, referer: str
) -> None:
    fields = note_of(desk, request_page)
    session_ends(desk)
    came_from = referer.format(page=request_page)
    refused = desk.post(request_page + part, fields, headers={"Referer": came_from} if came_from else {})
    assert back_after(desk, person, refused) == request_page
    assert desk.get(request_page).status_code == 200


def test_the_filters_of_the_page_are_back_too(desk: Client, person: User, request_page: str) -> None:
    fields = note_of(desk, request_page)
    session_ends(desk)
    headers = {"Referer": f"http://testserver{request_page}?onglet=notes"}
    assert back_after(desk, person, desk.post(f"{request_page}notes/", fields, headers=headers)) == (
        f"{request_page}?onglet=notes"
    )


def test_a_form_on_its_own_page_comes_back_to_it_whatever_the_referer(desk: Client, person: User) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    refused = desk.post(DESK, fields, headers={"Referer": "http://testserver/demandes/"})
    assert back_after(desk, person, refused) == DESK


def a_request(client: Client, path: str) -> HttpRequest:
    """A page asked for by this browser, as a view gets it."""
    return client.get(path).wsgi_request


def test_the_page_knows_to_which_of_its_forms_the_text_belongs(desk: Client, person: User, request_page: str) -> None:
    fields = note_of(desk, request_page)
    session_ends(desk)
    back_after(desk, person, desk.post(f"{request_page}notes/", fields))
    request = a_request(desk, "/accessibilite/")
    request.path = request_page
    assert interrupted.posted_to(request) == f"{request_page}notes/"
    assert interrupted.initial(request, posted_to=f"{request_page}identite/") == {}
    assert interrupted.initial(request, posted_to=f"{request_page}notes/") == {"text": "Rappeler après 14 h"}
    assert interrupted.initial(request, posted_to=f"{request_page}notes/") == {}
    assert interrupted.posted_to(request) is None


def test_signing_in_as_somebody_else_erases_it(desk: Client, person: User, structure: Structure) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    address = desk.post(DESK, fields).headers["Location"]
    colleague = UserFactory(teams=[structure.team])
    colleague.set_password(PASSWORD)
    colleague.save()
    assert "interrupted" in desk.session
    sign_in(desk, colleague, address)
    assert "interrupted" not in desk.session


def test_after_an_hour_it_is_erased_even_if_nobody_comes_back(desk: Client, person: User) -> None:
    fields = typed(desk, commune="Montivilliers")
    session_ends(desk)
    sign_in(desk, person, desk.post(DESK, fields).headers["Location"])
    assert interrupted.erase_old_texts(timezone.now() + timedelta(minutes=59)) == 0
    assert "interrupted" in desk.session
    assert interrupted.erase_old_texts(timezone.now() + timedelta(minutes=61)) == 1
    assert "interrupted" not in desk.session
    assert desk.get(DESK).status_code == 200, "the session itself goes on"


def test_a_password_is_never_kept(person: User) -> None:
    client = Client()
    fields = {"typed_by": interrupted.mark(person), "oldpassword": PASSWORD, "commune": "Montivilliers"}
    client.post(DESK, fields)
    kept = client.session["interrupted"]["typed"]
    assert "Montivilliers" not in kept
    assert signing.loads(unseal(kept), salt="accounts.interrupted") == "commune=Montivilliers"


# ── Two tabs: signing in again in one makes the form of the other worthless ──


@pytest.fixture
def strict(person: User, procedure: Procedure) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def test_a_form_whose_token_is_too_old_is_kept_and_back_on_its_page(strict: Client) -> None:
    fields = typed(strict, commune="Montivilliers", csrfmiddlewaretoken="x" * 64)
    refused = strict.post(DESK, fields)
    page = refused.content.decode()
    assert refused.status_code == 403
    assert "Ce que vous avez tapé est gardé" in page
    assert f'href="{DESK}"' in page
    assert strict.get(DESK).context["form"]["commune"].value() == "Montivilliers"
    assert ServiceRequest.objects.count() == 0


def test_with_nobody_signed_in_it_is_back_after_signing_in(strict: Client, person: User) -> None:
    fields = typed(strict, commune="Montivilliers", csrfmiddlewaretoken="x" * 64)
    session_ends(strict)
    assert "Ce que vous avez tapé est gardé" in strict.post(DESK, fields).content.decode()
    strict.handler.enforce_csrf_checks = False
    sign_in(strict, person, strict.get(DESK).headers["Location"])
    assert strict.get(DESK).context["form"]["commune"].value() == "Montivilliers"


def test_the_link_leads_to_the_page_that_holds_the_form(strict: Client, request_page: str) -> None:
    refused = strict.post(f"{request_page}notes/", note_of(strict, request_page))
    assert f'href="{request_page}"' in refused.content.decode()


def test_the_form_of_somebody_else_is_not_kept(strict: Client) -> None:
    fields = typed(strict, commune="Montivilliers") | {"typed_by": interrupted.mark(UserFactory())}
    page = strict.post(DESK, fields).content.decode()
    assert "Ce que vous avez tapé est gardé" not in page
    assert "n’a pas pu être gardé" in page
    assert "interrupted" not in strict.session


@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null"])
def test_another_site_can_make_nothing_be_kept(person: User, origin: str) -> None:
    """It would put a session of its own in the place of the visitor's."""
    client = Client(enforce_csrf_checks=True)
    refused = client.post(DESK, {"typed_by": interrupted.mark(person), "commune": "x"}, headers={"Origin": origin})
    assert refused.status_code == 403
    assert "session" not in client.cookies


def test_keeping_a_form_does_not_end_the_session_sooner(strict: Client) -> None:
    before = Session.objects.get().expire_date
    strict.post(DESK, typed(strict, csrfmiddlewaretoken="x" * 64))
    assert Session.objects.get().expire_date >= before
