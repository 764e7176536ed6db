"""Can the digital coordinator keep fifty advisors: where, when, their workshops, their months?"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners.models import LocalService, MonthOfActivity, Workshop
from schedules.calendars import PARIS
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import (
    AdvisorFactory,
    LocalServicePlaceFactory,
    MonthOfActivityFactory,
    WorkshopFactory,
)
from tests.structures.factories import ScheduleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
LIST = "/pilotage/conseillers-numeriques/"
COUNTS = {"people": "40", "workshops": "2", "attendees": "11", "theme_mail": "7", "theme_safety": "4"}


@pytest.fixture
def team() -> Team:
    return TeamFactory(digital=True)


@pytest.fixture
def nadia(team, sign_in):
    return sign_in(UserFactory(full_name="Nadia", teams=[team]))


@pytest.fixture
def advisor(team) -> LocalService:
    return AdvisorFactory(digital_team=team, name="Jeanne", host="CMS de Dieppe", commune=CommuneFactory(dieppe=True))


def url(name: str, *arguments) -> str:
    return reverse(f"partners:{name}", args=[getattr(each, "pk", each) for each in arguments])


def found(client, **filters) -> list[LocalService]:
    return [line.service for line in client.get(LIST, filters).context["lines"]]


def workshop_values(**changed: str) -> dict[str, str]:
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    values = {"title": "Photos", "level": "all", "seats": "8", "day": day, "opens": "14", "closes": "16"}
    return values | {"commune": "76217"} | changed


# The list


def test_an_advisor_is_found_by_name_commune_host_or_place(nadia, team, advisor):
    LocalServicePlaceFactory(service=advisor, name="Mairie de Clères", commune=CommuneFactory(rouen=True))
    AdvisorFactory(digital_team=team, name="Louis", commune=CommuneFactory(le_havre=True))
    for filters in ({"q": "jean"}, {"q": "cleres"}, {"accueil": "cms"}, {"commune": "rouen"}, {"itinerance": "oui"}):
        assert found(nadia, **filters) == [advisor], filters
    assert advisor not in found(nadia, itinerance="non")
    assert found(nadia, etat="inactifs") == []


def test_the_list_says_where_she_is_next(nadia, advisor):
    LocalServicePlaceFactory(service=advisor, name="Mairie de Clères", schedule=ScheduleFactory())
    line = nadia.get(LIST).context["lines"][0]
    assert line.next_presence.at == "Mairie de Clères"
    assert line.when
    assert line.individual_help == "sans rendez-vous"


def test_the_file_has_a_line_for_each_place_and_runs_no_formula(nadia, advisor):
    LocalServicePlaceFactory(service=advisor, name="=HYPERLINK(1)", commune=CommuneFactory(rouen=True))
    lines = nadia.get(url("digital_advisors_csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("Jeanne;oui;CMS de Dieppe;'=HYPERLINK(1)")


def test_the_pages_cost_the_same_for_one_advisor_as_for_thirty(nadia, team, advisor, queries_for):
    def row(service: LocalService) -> None:
        LocalServicePlaceFactory(service=service, schedule=ScheduleFactory())
        MonthOfActivityFactory(service=service, month=timezone.localdate().replace(day=1))
        WorkshopFactory(service=service)

    advisor.schedule = ScheduleFactory()
    advisor.save()
    row(advisor)
    pages = [LIST, url("digital_advisors_csv"), url("digital_activity"), url("digital_activity_csv"), "/ateliers/"]
    for page in pages:
        nadia.get(page)
    costs = [queries_for(lambda page=page: nadia.get(page)) for page in pages]
    for _ in range(20):
        row(AdvisorFactory(digital_team=team, schedule=ScheduleFactory()))
    assert [queries_for(lambda page=page: nadia.get(page)) for page in pages] == costs


# The sheet


def test_an_advisor_is_created_once_then_edited(nadia, team):
    CommuneFactory(rouen=True)
    for _ in range(2):
        nadia.post(url("digital_advisor_create"), {"name": "Jeanne", "commune": "Rouen"})
    advisor = LocalService.objects.get()
    edited = {"name": "Jeanne Petit", "commune": "76540", "phone": "0261910077", "access": "sur rendez-vous"}
    nadia.post(url("digital_advisor_edit", advisor), edited)
    advisor.refresh_from_db()
    assert (advisor.name, advisor.phone, advisor.digital_team) == ("Jeanne Petit", "02 61 91 00 77", team)
    wrong = nadia.post(url("digital_advisor_edit", advisor), edited | {"phone": "non"})
    assert wrong.status_code == 422
    assert "sur rendez-vous" in wrong.content.decode()


def test_a_place_is_added_with_its_hours_then_removed(nadia, advisor):
    CommuneFactory(rouen=True)
    answer = nadia.post(url("advisor_place_create", advisor), {"name": "Mairie de Clères", "commune": "76540"})
    place = advisor.places.get()
    assert answer.url == url("advisor_place_hours", advisor, place)
    opened = nadia.get(answer.url).context["form"].initial["opened"]
    typed = {"d0-0-opens": "9", "d0-0-closes": "12", "d0-0-access": "appointment", "opened": opened}
    nadia.post(answer.url, typed)
    page = nadia.get(url("digital_advisor", advisor))
    assert page.context["line"].individual_help == "sur rendez-vous"
    late = nadia.post(answer.url, typed | {"d0-0-opens": "10"})
    assert late.status_code == 409
    nadia.post(url("advisor_place_edit", advisor, place), {"retirer": "oui"})
    assert not nadia.get(url("digital_advisor", advisor)).context["line"].is_itinerant


# Workshops


def test_a_workshop_is_announced_to_everyone_until_it_is_cancelled(nadia, client, advisor):
    nadia.post(url("workshop_create", advisor), workshop_values())
    workshop = Workshop.objects.get()
    assert workshop.starts_at.astimezone(PARIS).hour == 14
    assert list(client.get("/ateliers/", {"lieu": "diep"}).context["workshops"]) == [workshop]
    assert list(client.get("/ateliers/", {"lieu": "rouen"}).context["workshops"]) == []
    assert "Jeanne" not in client.get("/ateliers/").content.decode()
    nadia.post(url("workshop_cancel", advisor, workshop))
    assert list(client.get("/ateliers/").context["workshops"]) == []
    assert "annulé" in nadia.get(url("digital_advisor", advisor)).content.decode()


def test_an_advisor_cannot_be_in_two_workshops_without_saying_so(nadia, advisor):
    nadia.post(url("workshop_create", advisor), workshop_values())
    other = workshop_values(title="Mails", opens="15", closes="17")
    page = nadia.post(url("workshop_create", advisor), other)
    assert "tient déjà un atelier" in page.content.decode()
    assert Workshop.objects.count() == 1
    nadia.post(url("workshop_create", advisor), other | {"quand_meme": "oui"})
    assert Workshop.objects.count() == 2


def test_the_same_workshop_sent_twice_is_one(nadia, advisor):
    for _ in range(2):
        nadia.post(url("workshop_create", advisor), workshop_values())
    assert Workshop.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"closes": "13"}, "La fin vient après le début"),
        ({"seats": "0"}, "seats"),
        ({"day": "2020-01-06"}, "Cette date est passée"),
        ({"opens": ""}, "Donnez une heure"),
    ],
)
def test_an_impossible_workshop_is_refused(nadia, advisor, wrong, said):
    page = nadia.post(url("workshop_create", advisor), workshop_values(**wrong))
    assert page.status_code == 422
    assert said in page.content.decode()


# Months


def test_a_month_is_entered_once_and_corrected(nadia, advisor):
    this_month = timezone.localdate().replace(day=1)
    page = url("advisor_month", advisor, this_month.year, this_month.month)
    nadia.post(page, COUNTS)
    nadia.post(page, COUNTS | {"people": "42", "theme_mail": ""})
    row = MonthOfActivity.objects.get()
    assert (row.people, row.attendees, row.themes, row.author.full_name) == (42, 11, {"safety": 4}, "Nadia")


def test_a_month_that_has_not_begun_is_refused(nadia, advisor):
    coming = timezone.localdate().replace(day=1) + timedelta(days=40)
    page = url("advisor_month", advisor, coming.year, coming.month)
    assert nadia.get(page).status_code == 404
    assert nadia.post(page, COUNTS).status_code == 404
    assert nadia.get(url("advisor_month", advisor, 2026, 13)).status_code == 404
    assert not MonthOfActivity.objects.exists()


def test_attendees_without_workshop_are_refused(nadia, advisor):
    page = nadia.post(url("advisor_month", advisor, 2026, 1), COUNTS | {"workshops": "0"})
    assert page.status_code == 422
    assert "Des participants sans atelier" in page.content.decode()


def test_the_year_adds_up_the_months_and_unknown_is_not_zero(nadia, team, advisor):
    MonthOfActivityFactory(service=advisor, month=date(2026, 1, 1), people=30, themes={"mail": 3, "gone": 9})
    MonthOfActivityFactory(
        service=AdvisorFactory(digital_team=team), month=date(2026, 1, 1), people=20, themes={"mail": 1}
    )
    MonthOfActivityFactory(service=advisor, month=date(2025, 12, 1), people=99)
    MonthOfActivityFactory(month=date(2026, 1, 1), people=1000)
    result = nadia.get(url("digital_activity"), {"annee": "2026"}).context["result"]
    assert result.total.people == 50
    assert (result.months[0].tally.people, result.months[1].tally) == (50, None)
    assert result.themes == [("Envoyer et recevoir des mails", 4)]
    school = nadia.get(url("digital_activity"), {"annee": "2025", "type": "scolaire"}).context["result"]
    assert school.total.people == 149
    file = nadia.get(url("digital_activity_csv"), {"annee": "2026"}).content.decode("utf-8-sig")
    assert "Jeanne;CMS de Dieppe;Dieppe;2026-01;30" in file


# Two people at once


def test_a_month_that_somebody_corrected_meanwhile_is_not_overwritten_unknowingly(nadia, advisor):
    row = MonthOfActivityFactory(service=advisor, month=date(2026, 1, 1), people=30)
    page = url("advisor_month", advisor, 2026, 1)
    opened = nadia.get(page).context["form"]["version"].value()
    MonthOfActivity.objects.filter(pk=row.pk).update(people=31)
    refused = nadia.post(page, COUNTS | {"version": opened})
    assert refused.status_code == 409
    assert "Quelqu’un a modifié" in refused.content.decode()
    row.refresh_from_db()
    assert row.people == 31
    nadia.post(page, COUNTS | {"version": refused.context["form"]["version"].value()})
    row.refresh_from_db()
    assert row.people == int(COUNTS["people"])


def test_a_month_entered_by_somebody_else_meanwhile_is_shown_and_the_same_one_twice_is_one(nadia, advisor):
    page = url("advisor_month", advisor, 2026, 1)
    opened = nadia.get(page).context["form"]["version"].value()
    assert nadia.post(page, COUNTS | {"version": opened}).status_code == 302
    assert nadia.post(page, COUNTS | {"version": opened}).status_code == 302
    assert nadia.post(page, COUNTS | {"version": opened, "people": "9"}).status_code == 409
    assert MonthOfActivity.objects.get().people == int(COUNTS["people"])


def test_a_workshop_and_a_place_that_changed_meanwhile_are_not_overwritten_unknowingly(nadia, advisor):
    nadia.post(url("workshop_create", advisor), workshop_values())
    workshop = Workshop.objects.get()
    page = url("workshop_edit", advisor, workshop)
    opened = nadia.get(page).context["form"]["version"].value()
    Workshop.objects.update(seats=3)
    assert nadia.post(page, workshop_values(title="Autre", version=opened)).status_code == 409
    workshop.refresh_from_db()
    assert (workshop.seats, workshop.title == "Autre") == (3, False)
    place = LocalServicePlaceFactory(service=advisor, name="Mairie")
    page = url("advisor_place_edit", advisor, place)
    opened = nadia.get(page).context["form"]["version"].value()
    place.address = "1 rue Haute"
    place.save()
    values = {"name": "Gymnase", "commune": place.commune.insee, "version": opened}
    assert nadia.post(page, values).status_code == 409
    place.refresh_from_db()
    assert place.name == "Mairie"
