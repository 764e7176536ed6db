"""Do the rows of the local services reach the ordering whole, with a fixed number of statements?"""

from datetime import date, datetime, time

import pytest

from partners.models import ActionSession, LocalService, LocalServiceKind, Procedure
from referrals.orientation.engine import Via
from referrals.orientation.facts import Choice, options_for
from referrals.orientation.service_rows import Hanging, hanging
from schedules.calendars import PARIS
from territories.models import Commune
from tests.partners.factories import (
    BlockerFactory,
    LocalServiceFactory,
    LocalServicePlaceFactory,
    SubjectFactory,
)
from tests.structures.factories import ScheduleFactory
from tests.territories.factories import CommuneFactory

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)
pytestmark = pytest.mark.django_db


@pytest.fixture
def rouen() -> Commune:
    return CommuneFactory(rouen=True)


@pytest.fixture
def dieppe() -> Commune:
    return CommuneFactory(dieppe=True)


def a_service(commune: Commune, **values: object) -> LocalService:
    return LocalServiceFactory(commune=commune, **values)


def names(choices: list[Choice]) -> list[str]:
    return [choice.service.name for choice in choices if choice.service]


def test_a_need_finds_the_services_that_serve_it_here_with_their_warnings(rouen: Commune, dieppe: Commune):
    debts = SubjectFactory(who_label="La Banque de France")
    here, elsewhere, closed = (a_service(rouen, name=name) for name in ("CMS de Rouen", "CMS de Dieppe", "Parti"))
    for service in (here, elsewhere, closed):
        service.needs.add(debts)
    here.areas.create(commune=rouen, note="quartiers sud")
    here.limit_rows.create(text="Environ un mois", need=debts)
    elsewhere.areas.create(commune=dieppe)
    LocalService.objects.filter(pk=closed.pk).update(is_active=False)
    choices = options_for(commune=rouen, now=MONDAY, subject=debts)
    assert [choice.option.via for choice in choices] == [Via.ELSEWHERE, Via.SERVICE]
    assert names(choices) == ["CMS de Rouen"]
    assert choices[1].option.warnings == ("Environ un mois",)
    assert choices[1].option.to_check == ("quartiers sud",)


def test_a_procedure_that_ends_elsewhere_says_where_and_who_answers_it(rouen: Commune, procedure: Procedure):
    papers = SubjectFactory(who_label="Une mairie équipée")
    procedure.ends_at, procedure.counter_note = papers, "Remplir la pré-demande."
    procedure.save()
    town_hall = a_service(rouen, kind=LocalServiceKind.TOWN_HALL, name="Mairie de Rouen")
    town_hall.needs.add(papers)
    choices = options_for(commune=rouen, now=MONDAY, procedure=procedure)
    assert [choice.option.via for choice in choices] == [Via.HERE, Via.SERVICE, Via.ELSEWHERE]
    assert choices[2].subject == papers


def test_the_contacts_of_the_office_come_with_their_cards(rouen: Commune, contact, partner_office):
    [choice] = options_for(
        commune=rouen, now=MONDAY, procedure=contact.operator.procedures.get(), office=partner_office
    )
    assert choice.card
    assert choice.card.contact == contact


def test_who_cannot_use_a_computer_is_sent_to_someone_to_learn_with(rouen: Commune, procedure: Procedure):
    learning = SubjectFactory(code="APPRENDRE_NUMERIQUE")
    a_service(rouen, name="Jeanne").needs.add(learning)
    assert names(options_for(commune=rouen, now=MONDAY, procedure=procedure)) == []
    difficulty = BlockerFactory(code="DIFFICULTE_NUMERIQUE")
    assert names(options_for(commune=rouen, now=MONDAY, procedure=procedure, blocker=difficulty)) == ["Jeanne"]


def test_the_next_session_is_that_of_the_place_that_opens_first(rouen: Commune, procedure: Procedure):
    service = a_service(rouen, schedule=ScheduleFactory(week=[(4, time(9), time(12))]))
    service.procedures.add(procedure)
    LocalServicePlaceFactory(
        service=service, name="École", commune=rouen, schedule=ScheduleFactory(week=[(1, time(14), time(17))])
    )
    [choice] = options_for(commune=rouen, now=MONDAY, procedure=procedure)
    assert (choice.next_in_words, choice.option.place) == ("mardi 24 novembre à 14\u00a0h", "École")


def test_a_calendar_of_sessions_speaks_before_the_regular_hours(rouen: Commune, procedure: Procedure):
    service = a_service(rouen, schedule=ScheduleFactory(week=[(1, time(9), time(12))]))
    service.procedures.add(procedure)
    kept = {"service": service, "opens": time(14), "closes": time(16, 30)}
    ActionSession.objects.create(day=date(2026, 11, 27), cancelled_because="Grève", **kept)
    assert _next(rouen, procedure) == "mardi 24 novembre à 9\u00a0h"
    ActionSession.objects.create(day=date(2026, 12, 11), **kept)
    assert _next(rouen, procedure) == "vendredi 11 décembre à 14\u00a0h"


def _next(commune: Commune, procedure: Procedure) -> str:
    [choice] = options_for(commune=commune, now=MONDAY, procedure=procedure)
    return choice.next_in_words


def test_without_commune_only_the_counter_and_the_words_are_left(rouen: Commune):
    debts = SubjectFactory()
    a_service(rouen).needs.add(debts)
    assert [choice.option.via for choice in options_for(commune=None, now=MONDAY, subject=debts)] == [Via.ELSEWHERE]


def test_nothing_at_all_is_an_empty_list(rouen: Commune):
    assert options_for(commune=rouen, now=MONDAY) == []


def test_twenty_services_cost_as_much_as_one(rouen: Commune, queries_for):
    debts = SubjectFactory()

    def add() -> None:
        service = a_service(rouen, schedule=ScheduleFactory())
        service.needs.add(debts)
        service.areas.create(commune=rouen)
        service.limit_rows.create(text="Un mois", need=debts)
        LocalServicePlaceFactory(service=service, commune=rouen, schedule=ScheduleFactory())

    add()
    options_for(commune=rouen, now=MONDAY, subject=debts)  # the first time, SQLite is asked whether it knows JSON
    cost = queries_for(lambda: options_for(commune=rouen, now=MONDAY, subject=debts))
    for _ in range(19):
        add()
    assert queries_for(lambda: options_for(commune=rouen, now=MONDAY, subject=debts)) == cost == 2


def test_every_kind_of_hours_is_read_as_the_timetable_says_it(rouen: Commune, procedure: Procedure):
    every_kind: list[dict[str, object]] = [
        {"weekday": 0, "opens": time(9), "closes": time(12), "access": "appointment", "on_public_holidays": True},
        {"weekday": 4, "frequency": "every_n_weeks", "interval": 2, "anchor": date(2026, 9, 11)},
        {"weekday": 2, "frequency": "nth_weekday", "nth": -1, "valid_until": date(2027, 6, 30)},
        {"frequency": "dates", "dates": ["2026-12-01", "2027-01-05"], "except_school_holidays": True},
    ]
    schedule = ScheduleFactory()
    for values in every_kind:
        schedule.slots.create(**values)
    schedule.closures.create(first_day=date(2026, 12, 24), last_day=date(2026, 12, 31), reason="congés")
    schedule.extras.create(day=date(2026, 12, 23), opens=time(14), closes=time(0), replaces=date(2026, 12, 24))
    service = a_service(rouen, schedule=schedule)
    read = hanging([service.pk], MONDAY).hours[schedule.pk]
    said = schedule.timetable()
    assert set(read.slots) == set(said.slots)
    assert (read.closures, read.extras) == (said.closures, said.extras)
    assert hanging([], MONDAY) == Hanging()
