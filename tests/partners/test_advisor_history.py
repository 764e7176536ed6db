"""Is each workshop and each month of an advisor told in her history, with its author, and taken back?"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from partners.actions.digital import cancel_workshop, create_workshop, record_month, update_workshop
from partners.models import LocalService, MonthOfActivity, Workshop
from partners.versions import ChangedMeanwhile, version_of
from tests.accounts.factories import UserFactory
from tests.partners.factories import AdvisorFactory, WorkshopFactory
from tests.partners.history_lines import line_of, refused, signed, told, undo
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
COUNTS: Any = {"people": 40, "workshops": 2, "attendees": 11, "themes": {"mail": 7}}


@pytest.fixture
def nadia() -> User:
    return UserFactory(full_name="Nadia")


@pytest.fixture
def advisor(db: None) -> LocalService:
    return AdvisorFactory(name="Jeanne", commune=CommuneFactory(dieppe=True))


def workshop_of(advisor: LocalService, by: User, **other: Any) -> Workshop:
    values: Any = {
        "title": "Photos",
        "level": "all",
        "seats": 8,
        "starts_at": NOW + timedelta(days=5),
        "ends_at": NOW + timedelta(days=5, hours=2),
        "place": "",
        "commune": advisor.commune,
    }
    return create_workshop(advisor=advisor, **signed(by), **(values | other))[0]


def values_of(workshop: Workshop, **other: Any) -> Any:
    names = ("title", "level", "seats", "starts_at", "ends_at", "place", "commune")
    return {name: getattr(workshop, name) for name in names} | other


# Workshops


def test_a_workshop_announced_is_cancelled_by_its_undoing_and_announced_again_by_the_next(nadia, advisor):
    workshop = workshop_of(advisor, nadia)
    assert "Atelier « Photos » : annoncé" in told(advisor)
    back = undo(line_of(advisor), nadia)
    workshop.refresh_from_db()
    assert workshop.cancelled_at is not None
    assert "Annule la modification du" in told(advisor)
    assert "Atelier « Photos » : annulé" in told(advisor)
    undo(back, nadia)
    workshop.refresh_from_db()
    assert workshop.cancelled_at is None


def test_a_workshop_corrected_says_what_became_what_and_says_again_what_it_said(nadia, advisor):
    workshop = workshop_of(advisor, nadia)
    other = CommuneFactory(rouen=True)
    values = values_of(workshop, seats=10, commune=other)
    update_workshop(workshop=workshop, version=None, **signed(nadia), **values)
    assert told(advisor) == "Atelier « Photos » : modifié, places 8 devient 10, commune Dieppe devient Rouen"
    corrected = line_of(advisor)
    assert corrected.history_change_reason.replace("\u00a0", " ") == told(advisor)
    back = undo(corrected, nadia)
    workshop.refresh_from_db()
    assert (workshop.seats, workshop.commune.name) == (8, "Dieppe")
    undo(back, nadia)
    workshop.refresh_from_db()
    assert (workshop.seats, workshop.commune.name) == (10, "Rouen")


def test_a_workshop_corrected_again_since_is_not_taken_back_and_another_one_is(nadia, advisor):
    workshop, other = workshop_of(advisor, nadia), workshop_of(advisor, nadia, title="Mails")
    update_workshop(workshop=workshop, version=None, **signed(nadia), **values_of(workshop, seats=10))
    first = line_of(advisor)
    update_workshop(workshop=other, version=None, **signed(nadia), **values_of(other, seats=4))
    update_workshop(workshop=workshop, version=None, **signed(nadia), **values_of(workshop, seats=12))
    latest = line_of(advisor)
    refused(first, nadia)
    undo(latest, nadia)
    undo(first, nadia)
    assert list(advisor.workshops.order_by("title").values_list("title", "seats")) == [("Mails", 4), ("Photos", 8)]


def test_a_workshop_cancelled_comes_back_and_twice_writes_one_line(nadia, advisor):
    workshop = workshop_of(advisor, nadia)
    cancel_workshop(workshop=workshop, **signed(nadia))
    line = line_of(advisor)
    cancel_workshop(workshop=workshop, **signed(nadia))
    assert line_of(advisor) == line
    assert told(advisor) == "Atelier « Photos » : annulé"
    undo(line, nadia)
    workshop.refresh_from_db()
    assert workshop.cancelled_at is None
    refused(line, nadia)


# Months


def test_a_first_month_goes_away_again_and_comes_back_with_its_author(nadia, advisor):
    record_month(advisor=advisor, month=date(2026, 9, 1), version=0, **signed(nadia), **COUNTS)
    assert told(advisor).startswith("Activité de septembre 2026 : saisie, personnes accompagnées 40, ateliers 2")
    back = undo(line_of(advisor), UserFactory(full_name="Omar"))
    assert not advisor.months.exists()
    undo(back, UserFactory(full_name="Omar"))
    month = advisor.months.get()
    assert (month.people, month.themes, month.author) == (40, {"mail": 7}, nadia)


def test_a_month_corrected_says_again_what_it_said_unless_it_was_corrected_since(nadia, advisor):
    for people in (40, 42):
        counts = COUNTS | {"people": people, "themes": {"mail": people}}
        record_month(advisor=advisor, month=date(2026, 9, 1), version=None, **signed(nadia), **counts)
    said = "Activité de septembre 2026 : corrigée, personnes accompagnées 40 devient 42"
    assert told(advisor) == f"{said}, « Envoyer et recevoir des mails » 40 devient 42"
    line = line_of(advisor)
    undo(line, nadia)
    assert advisor.months.get().people == 40
    refused(line, nadia)


def test_a_month_taken_away_while_it_was_corrected_is_not_entered_anew_unknowingly(nadia, advisor):
    month = date(2026, 9, 1)
    record_month(advisor=advisor, month=month, version=0, **signed(nadia), **COUNTS)
    opened = version_of(advisor.months.get())
    undo(line_of(advisor), nadia)
    with pytest.raises(ChangedMeanwhile):
        record_month(advisor=advisor, month=month, version=opened, **signed(nadia), **COUNTS)
    assert not MonthOfActivity.objects.exists()


# The pages


def test_several_lines_are_undone_from_the_advisors_page_each_on_its_own(sign_in, advisor):
    user = UserFactory(teams=[advisor.digital_team])
    client, page = sign_in(user), reverse("partners:digital_advisor", args=[advisor.pk])
    record_month(advisor=advisor, month=date(2026, 9, 1), version=0, **signed(user), **COUNTS)
    workshop_of(advisor, user)
    lines = list(advisor.history.order_by("-history_id")[:2])
    addresses = [reverse("partners:digital_advisor_undo", args=[advisor.pk, line.history_id]) for line in lines]
    shown = client.get(page).content.decode()
    assert all(address in shown for address in addresses)
    answer = client.post(addresses[1], follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "est comme avant lui" in answer.content.decode()
    assert addresses[1] not in answer.content.decode()
    assert addresses[0] in answer.content.decode()
    assert not advisor.months.exists()
    assert "modifiée depuis" in client.post(addresses[1], follow=True).content.decode()


def test_the_advisors_page_and_its_history_cost_the_same_for_one_row_as_for_a_hundred(sign_in, advisor, queries_for):
    user = UserFactory(teams=[advisor.digital_team])
    client, page = sign_in(user), reverse("partners:digital_advisor", args=[advisor.pk])
    workshop_of(advisor, user)
    record_month(advisor=advisor, month=date(2026, 9, 1), version=0, **signed(user), **COUNTS)
    client.get(page)
    before = queries_for(lambda: client.get(page))
    WorkshopFactory.create_batch(100, service=advisor, commune=advisor.commune)
    for number in range(12):
        workshop_of(advisor, user, title=f"Atelier {number}", commune=CommuneFactory())
    assert queries_for(lambda: client.get(page)) == before


def test_a_workshop_cancelled_while_it_is_edited_keeps_what_was_typed_and_may_be_announced_again(sign_in, advisor):
    user, colleague = (UserFactory(full_name=name, teams=[advisor.digital_team]) for name in ("Nadia", "Omar"))
    workshop = workshop_of(advisor, user)
    client, page = sign_in(user), reverse("partners:workshop_edit", args=[advisor.pk, workshop.pk])
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"title": "Photos et vidéos"}
    cancel_workshop(workshop=workshop, **signed(colleague))
    answer = client.post(page, typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert all(said in shown for said in ("Photos et vidéos", "Omar", "annoncé de nouveau"))
    workshop.refresh_from_db()
    assert workshop.cancelled_at is not None
    assert workshop.title == "Photos"
    again = typed | {"version": answer.context["form"]["version"].value()}
    assert client.post(page, again).status_code == 302
    workshop.refresh_from_db()
    assert [workshop.title, workshop.cancelled_at] == ["Photos et vidéos", None]
