"""Who gets in, where does she land, and how is guessing held back?"""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Team, User
from outbox.models import Message
from structures.models import Structure
from tests.accounts.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN, RESET = "/compte/login/", "/compte/password/reset/"
PASSWORD = "une-phrase-bien-longue"


def account(email: str, **fields: object) -> User:
    user = UserFactory(email=email, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def aline(structure: Structure) -> User:
    return account("aline@exemple.fr", teams=[structure.team])


@pytest.fixture(autouse=True)
def mails_go_where_they_go_in_service(settings: Settings) -> None:
    """The test runner keeps mails in memory otherwise."""
    settings.EMAIL_BACKEND = "outbox.backend.OutboxBackend"


def attempt(client: Client, email: str, password: str = PASSWORD, **headers: str) -> tuple[int, str]:
    response = client.post(LOGIN, {"login": email, "password": password}, headers=headers)
    return response.status_code, response.content.decode()


def words(page: str) -> str:
    """What a person reads of a page, without tokens and references, and without what she typed."""
    main = re.sub(r"(?s)^.*<main|</main>.*$", "", page)
    text = re.sub(r"<[^>]*>", " ", re.sub(r'value="[^"]*"', "", main))
    return re.sub(r"\s+", " ", text)


def test_the_sign_in_page_is_french_and_ours(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert '<html lang="fr">' in page
    assert "Se connecter" in page
    assert "Mot de passe" in page
    assert "theme/theme.css" in page
    assert not re.search(r"Sign In|Password|Forgot|Remember", words(page))


@pytest.mark.parametrize(
    ("team", "page"),
    [
        ("structure", "/accueil/"),
        ("coordination", "/pilotage/"),
        ("partner_office", "/partenaires/"),
        ("digital", "/pilotage/conseillers-numeriques/"),
    ],
)
def test_each_person_lands_on_the_page_she_works_on(
    client: Client, structure: Structure, coordination: Team, partner_office: Team, team: str, page: str
) -> None:
    teams = {
        "structure": structure.team,
        "coordination": coordination,
        "partner_office": partner_office,
        "digital": TeamFactory(digital=True),
    }
    account("aline@exemple.fr", teams=[teams[team]])
    response = client.post(LOGIN, {"login": "Aline@Exemple.fr", "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == page
    assert response.status_code == 200


def test_a_superuser_lands_in_the_technical_pages(client: Client) -> None:
    account("admin@exemple.fr", is_staff=True, is_superuser=True)
    response = client.post(LOGIN, {"login": "admin@exemple.fr", "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/admin/"


def test_the_session_has_a_new_name_after_signing_in(client: Client, aline: User) -> None:
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    assert attempt(client, aline.email)[0] == 302
    assert client.session.session_key != before
    other = Client()
    other.cookies["session"] = str(before)
    assert other.get("/accueil/").status_code == 302


def test_nobody_signs_up_alone(client: Client) -> None:
    fields = {"email": "intrus@exemple.fr", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/compte/signup/", fields).content.decode()
    assert not User.objects.exists()
    assert "coordination" in page
    assert client.get("/compte/signup/").status_code == 200


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client: Client, aline: User) -> None:
    unknown = attempt(client, "inconnue@exemple.fr", "mauvaise-phrase-longue")
    wrong = attempt(Client(), aline.email, "mauvaise-phrase-longue")
    assert unknown[0] == wrong[0] == 200
    assert words(unknown[1]).replace("inconnue", "aline") == words(wrong[1])


def test_a_closed_account_does_not_get_in(client: Client, structure: Structure) -> None:
    account("partie@exemple.fr", teams=[structure.team], is_active=False)
    attempt(client, "partie@exemple.fr")
    assert client.get("/accueil/").status_code == 302


def test_the_sixth_failure_is_refused_while_a_colleague_still_enters(
    client: Client, aline: User, structure: Structure
) -> None:
    account("beatrice@exemple.fr", teams=[structure.team])
    for _ in range(5):
        assert attempt(Client(), aline.email, "mauvaise-phrase-longue")[0] == 200
    status, page = attempt(Client(), aline.email, PASSWORD)
    assert status == 200, "the right password does not help any more"
    assert "Trop" in page
    assert attempt(client, "beatrice@exemple.fr")[0] == 302


def test_spelling_the_address_otherwise_is_no_way_round(aline: User) -> None:
    for spelling in (
        "aline@exemple.fr",
        "ALINE@exemple.fr",
        " aline@exemple.fr",
        "Aline@Exemple.FR",
        "aline@exemple.fr ",
    ):
        attempt(Client(), spelling, "mauvaise-phrase-longue")
    assert attempt(Client(), aline.email)[0] == 200


def test_a_forged_forwarded_address_is_no_way_round(aline: User) -> None:
    for number in range(5):
        attempt(Client(), aline.email, "mauvaise-phrase-longue", X_Forwarded_For=f"198.51.100.{number}")
    assert attempt(Client(), aline.email, X_Forwarded_For="198.51.100.200")[0] == 200


def test_one_address_cannot_try_every_account(structure: Structure) -> None:
    account("beatrice@exemple.fr", teams=[structure.team])
    for number in range(20):
        attempt(Client(), f"personne{number}@exemple.fr", "mauvaise", X_Forwarded_For=f"198.51.100.{number}")
    assert attempt(Client(), "beatrice@exemple.fr")[0] == 200


@pytest.mark.parametrize(
    "after",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/\\ailleurs.example/",
        "\\\\ailleurs.example",
        "///ailleurs.example",
        "http:///ailleurs.example",
        "https:ailleurs.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " https://ailleurs.example/",
        "\thttps://ailleurs.example/",
        "https://testserver@ailleurs.example/",
        "https://testserver.ailleurs.example/",
    ],
)
def test_after_signing_in_nobody_is_sent_to_another_site(client: Client, aline: User, after: str) -> None:
    fields = {"login": aline.email, "password": PASSWORD, "next": after}
    response = client.post(LOGIN, fields)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/")
    assert "ailleurs" not in response.headers["Location"]
    assert "alert" not in response.headers["Location"]


def test_after_signing_in_she_is_back_on_the_page_she_wanted(client: Client, aline: User) -> None:
    asked = client.get("/demandes/?etat=retard")
    response = client.post(asked.headers["Location"], {"login": aline.email, "password": PASSWORD})
    assert response.headers["Location"] == "/demandes/?etat=retard"


def test_the_mail_of_a_forgotten_password_goes_through_the_outbox(client: Client, aline: User) -> None:
    assert client.post(RESET, {"email": aline.email}).status_code == 302
    message = Message.objects.get()
    assert message.to_address == aline.email
    assert message.subject.endswith("Choisir un nouveau mot de passe")
    assert "Réseau France services" in message.text
    link = re.search(r"https?://\S+(/compte/password/reset/key/\S+)", message.text)
    assert link, message.text
    page = client.get(link.group(1), follow=True)
    new = "encore-une-longue-phrase"
    changed = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert changed.status_code == 200
    assert attempt(Client(), aline.email, new)[0] == 302
    assert attempt(Client(), aline.email, PASSWORD)[0] == 200


def test_a_forgotten_password_tells_nothing_about_who_has_an_account(client: Client, aline: User) -> None:
    known, unknown = (Client().post(RESET, {"email": e}, follow=True) for e in (aline.email, "inconnue@exemple.fr"))
    assert words(known.content.decode()) == words(unknown.content.decode())
    assert not Message.objects.filter(to_address="inconnue@exemple.fr").exists()


def test_five_mails_an_hour_are_enough_for_one_address(aline: User) -> None:
    for _ in range(8):
        Client().post(RESET, {"email": aline.email})
    assert 1 <= Message.objects.count() <= 5


def test_a_short_password_is_refused_in_french(client: Client, aline: User) -> None:
    client.force_login(aline)
    fields = {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    page = client.post("/compte/password/change/", fields).content.decode()
    assert "14 caractères" in page.replace("\u00a0", " ")
    aline.refresh_from_db()
    assert aline.check_password(PASSWORD)


def test_changing_the_password_ends_the_other_sessions(client: Client, aline: User) -> None:
    other = Client()
    other.force_login(aline)
    client.force_login(aline)
    new = "encore-une-longue-phrase"
    client.post("/compte/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert other.get("/accueil/").status_code == 302


def test_signing_out_takes_a_button_and_ends_the_session(client: Client, aline: User) -> None:
    client.force_login(aline)
    client.get("/compte/logout/")
    assert client.get("/accueil/").status_code == 200, "a link alone signs nobody out"
    client.post("/compte/logout/")
    assert client.get("/accueil/").status_code == 302


def test_an_account_that_has_no_password_yet_is_led_to_choose_one_by_mail(db: None) -> None:
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    visitor = Client()
    visitor.force_login(user)
    page = visitor.get("/compte/password/change/", follow=True)
    assert page.status_code == 200
    assert page.redirect_chain[-1][0].endswith("/password/reset/")
