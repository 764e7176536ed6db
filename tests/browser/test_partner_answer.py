"""From the counter to the operator and back: a contact answers without an account, and the resident is told in time."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from outbox.models import Message
from referrals.clocks import operator_clock
from referrals.models import Happening
from schedules.wording import spoken_moment
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

ANSWER = "Le courrier est reparti ce matin, il arrivera jeudi."


@pytest.fixture
def counsellor(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    return open_window(network.counsellor, javascript=javascript)


def hand_over(page: Page, network: Network, button: str) -> None:
    page.goto(network.to_hand_over.get_absolute_url())
    page.get_by_role("link", name="Qui appeler, maintenant").click()
    card = page.get_by_role("article").filter(has_text=network.contact.name)
    page.get_by_label("Question à l’interlocuteur").fill("Le courrier est-il parti ?")
    card.get_by_role("button", name=button).click()


def link_of_the_mail(site: str) -> str:
    """The contact's own link, as the message to her carries it."""
    message = Message.objects.get(to_address="claire.martin@exemple.fr")
    (link,) = [word for word in message.text.split() if word.startswith(f"{site}/repondre/")]
    return link


def test_the_contact_answers_by_her_link_and_the_resident_is_told_in_time(
    network: Network, site: str, counsellor: Page, open_window: OpenWindow, javascript: bool
) -> None:
    hand_over(counsellor, network, "Transmettre par message")
    expect(counsellor.locator("#messages")).to_contain_text("Le message part")

    contact = open_window(javascript=javascript)
    contact.goto(link_of_the_mail(site))
    expect(contact.get_by_role("main").get_by_role("button")).to_have_text(["Voir la demande"])
    assert not network.to_hand_over.exchanges.filter(kind=Happening.LINK_OPENED).exists()
    contact.get_by_role("button", name="Voir la demande").click()
    expect(contact.get_by_text("Le courrier est-il parti ?")).to_be_visible()
    contact.get_by_label("Voici la réponse").check()
    contact.get_by_label("Votre message").fill(ANSWER)
    contact.get_by_role("button", name="Envoyer").click()
    expect(contact.get_by_role("heading", level=1)).to_have_text("Merci, c’est enregistré")

    counsellor.goto("/accueil/")
    answered = counsellor.get_by_role("listitem").filter(has_text=network.to_hand_over.reference)
    expect(answered).to_contain_text("l’opérateur a répondu")
    answered.get_by_role("link").click()
    expect(counsellor.get_by_text(ANSWER).first).to_be_visible()
    counsellor.get_by_role("button", name="L’usager est informé").click()
    expect(counsellor.locator(".app-clock--kept").first).to_contain_text("Promesse tenue")


def test_visiting_the_link_changes_nothing_until_the_button(network: Network, open_window: OpenWindow) -> None:
    page = open_window(javascript=False)
    for _ in range(2):
        page.goto(network.path_of_link())
    expect(page.get_by_role("main")).not_to_contain_text("M. L.")
    network.by_mail.refresh_from_db()
    assert not network.by_mail.exchanges.exists()


def test_an_altered_link_opens_nothing_and_says_so(network: Network, open_window: OpenWindow) -> None:
    page = open_window()
    page.goto(network.path_of_link()[:-3] + "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien n’ouvre plus rien")
    expect(page.get_by_text("Ce lien est incomplet ou a été modifié.")).to_be_visible()


def test_not_me_goes_on_to_the_next_contact_and_the_clock_keeps_running(
    network: Network, open_window: OpenWindow, javascript: bool
) -> None:
    page = open_window(javascript=javascript)
    page.goto(network.path_of_link())
    page.get_by_role("button", name="Voir la demande").click()
    page.get_by_label("Ce n’est pas moi").check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("main")).to_contain_text("La demande est transmise à Luc Bernard.")
    request = network.by_mail.request
    request.refresh_from_db()
    assert request.answered_at is None
    clock = operator_clock(request, list(request.referrals.select_related("contact__operator")), timezone.now())
    assert clock.due == f"Transmise le {spoken_moment(network.by_mail.sent_at)}"


def test_calling_the_contact_offers_four_buttons(network: Network, counsellor: Page) -> None:
    hand_over(counsellor, network, "J’appelle")
    call = counsellor.get_by_role("region", name=f"Appel à {network.contact.name}")
    for outcome in ("Répondu", "Pas de réponse", "Mauvais interlocuteur", "À rappeler"):
        expect(call.get_by_role("button", name=outcome, exact=True)).to_be_visible()
    call.get_by_role("button", name="Pas de réponse").click()
    expect(counsellor.locator("#messages")).to_contain_text("L’appel est noté.")
    call.get_by_role("button", name="Répondu").click()
    expect(call.get_by_role("link", name="Notez en une phrase")).to_be_visible()
    call.get_by_label("Ce qui a été dit").fill(ANSWER)
    call.get_by_role("button", name="Répondu").click()
    expect(counsellor.get_by_role("main").get_by_text(ANSWER).first).to_be_visible()
    assert network.to_hand_over.exchanges.filter(kind=Happening.CALL_ANSWERED, text=ANSWER).exists()


def test_a_call_to_make_back_waits_on_the_desk(network: Network, counsellor: Page) -> None:
    counsellor.goto(network.by_phone.request.get_absolute_url())
    counsellor.get_by_label("À rappeler").fill("demain 10h30")
    counsellor.get_by_role("button", name="À rappeler", exact=True).click()
    expect(counsellor.get_by_role("main")).to_contain_text("à 10 h 30")
    counsellor.goto("/accueil/")
    calls = counsellor.get_by_role("heading", name="Appels à passer").locator("+ ul")
    expect(calls).to_contain_text(network.by_phone.request.reference)
