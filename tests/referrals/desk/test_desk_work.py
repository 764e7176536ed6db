"""The desk in the order of the work: one visit, favourites, what is due first, and one key to the next."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from partners.models import Procedure
from referrals.desk.favourites import favourites_at
from referrals.desk.needs import Pile, to_do_at
from referrals.desk.today import today_at
from referrals.desk.visits import others_of_visit, people_among
from referrals.models import Draft, Exchange, Happening, Mention, Outcome, ServiceRequest
from structures.models import Structure
from tests.partners.factories import ProcedureFactory
from tests.referrals.factories import ServiceRequestFactory
from tests.territories.factories import CommuneFactory

DESK = "/accueil/"


def entry(client: Client, query: str = "", **typed: str) -> dict[str, str]:
    form = client.get(f"{DESK}{query}").context["form"]
    names = ("key", "same_person_as", "channel", "commune", "age_band", "situation")
    shown = {name: str(form[name].value() or "") for name in names}
    return shown | {"outcome": Outcome.SOLVED, "procedure": "rsa"} | typed


def test_one_person_with_two_demarches_is_one_visit(counsellor: Client, procedure: Procedure) -> None:
    le_havre = CommuneFactory(le_havre=True)
    ProcedureFactory(name="Carte grise", operator=procedure.operator)
    counsellor.post(DESK, entry(counsellor, commune="Le Havre", channel="phone", age_band="26-39"))
    first = ServiceRequest.objects.get()
    counsellor.post(DESK, entry(counsellor, f"?avec={first.reference}", procedure="carte gri"))
    first.refresh_from_db()
    second = ServiceRequest.objects.exclude(pk=first.pk).get()
    assert first.visit is not None
    assert second.visit == first.visit
    assert (second.commune, second.channel, second.age_band) == (le_havre, "phone", "26-39")
    assert others_of_visit(first) == [second]
    assert "Venue pour aussi" in counsellor.get(first.get_absolute_url()).content.decode()
    assert "2 demandes, 1 personne" in counsellor.get(DESK).content.decode()


def test_three_demarches_of_one_person_share_one_visit(counsellor: Client, procedure: Procedure) -> None:
    counsellor.post(DESK, entry(counsellor))
    first = ServiceRequest.objects.get()
    for _ in range(2):
        counsellor.post(DESK, entry(counsellor, f"?avec={first.reference}"))
    assert ServiceRequest.objects.values("visit").distinct().count() == 1


def test_people_are_counted_only_when_it_is_known(counsellor: Client, procedure: Procedure) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert people_among([None, None, None]) is None
    assert people_among([one, None]) is None
    assert people_among([one, one, None, other, other, other]) == 3
    counsellor.post(DESK, entry(counsellor))
    assert "personne" not in counsellor.get(DESK).content.decode().split("de vous")[0].split("<h1>")[1]


def test_the_request_of_another_site_links_to_nothing(
    counsellor: Client, other_structure: Structure, procedure: Procedure
) -> None:
    foreign = ServiceRequestFactory(structure=other_structure, received_at=timezone.now() - timedelta(minutes=5))
    counsellor.post(DESK, entry(counsellor, same_person_as=foreign.reference))
    assert ServiceRequest.objects.get(procedure=procedure).visit is None


def test_logging_for_the_same_person_stays_within_ten_statements(
    counsellor: Client, procedure: Procedure, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    counsellor.post(DESK, entry(counsellor))
    # As the combobox sends it; a name typed in full costs one more.
    typed = entry(counsellor, f"?avec={ServiceRequest.objects.get().reference}") | {"procedure_code": procedure.code}
    assert queries_for(lambda: counsellor.post(DESK, typed)) <= 10


def test_favourites_are_those_of_the_site_these_last_weeks(structure: Structure, other_structure: Structure) -> None:
    now = timezone.now()
    often, seldom, old, elsewhere, mistaken = ProcedureFactory.create_batch(5)
    for procedure, count, days in ((often, 3, 2), (seldom, 1, 2), (old, 5, 40)):
        ServiceRequestFactory.create_batch(
            count, structure=structure, procedure=procedure, received_at=now - timedelta(days=days)
        )
    ServiceRequestFactory(structure=other_structure, procedure=elsewhere, received_at=now)
    ServiceRequestFactory(structure=structure, procedure=mistaken, received_at=now, cancelled_at=now)
    assert favourites_at(structure, now) == [often.code, seldom.code]


def test_favourites_are_read_once_in_a_while(
    structure: Structure, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    now = timezone.now()
    ServiceRequestFactory(structure=structure, received_at=now)
    assert queries_for(lambda: favourites_at(structure, now)) == 1
    assert queries_for(lambda: favourites_at(structure, now)) == 0


def test_a_favourite_fills_the_form_without_javascript(
    counsellor: Client, structure: Structure, procedure: Procedure
) -> None:
    ServiceRequestFactory(structure=structure, procedure=procedure, received_at=timezone.now() - timedelta(days=1))
    page = counsellor.get(DESK).content.decode()
    assert f'href="?encore={procedure.code}"' in page
    assert counsellor.get(f"{DESK}?encore={procedure.code}").context["form"]["procedure"].value() == procedure.name


@pytest.fixture
def one_of_each(structure: Structure, counsellor_user: User) -> dict[Pile, ServiceRequest]:
    now = timezone.now()
    base = {"structure": structure, "author": counsellor_user}
    far = {"received_at": now - timedelta(hours=1), "due_at": now + timedelta(days=3)}
    return {
        Pile.HAND_OVER: ServiceRequestFactory(**base, **far),
        Pile.CALL: ServiceRequestFactory(**base, **far, call_back_at=now),
        Pile.ANSWER: ServiceRequestFactory(**base, **far, referred_at=now, answered_at=now),
        Pile.LATE: ServiceRequestFactory(**base),
    }


def test_the_desk_stands_in_the_order_of_the_work(
    counsellor: Client,
    counsellor_user: User,
    structure: Structure,
    one_of_each: dict[Pile, ServiceRequest],
) -> None:
    late = one_of_each[Pile.LATE]
    note = Exchange.objects.create(request=late, kind=Happening.NOTE, at=timezone.now(), actor="Luc")
    Mention.objects.create(exchange=note, user=counsellor_user)
    Draft.objects.create(
        user=counsellor_user, form="note", about=late.reference, typed='{"text": "x"}', saved_at=timezone.now()
    )
    page = counsellor.get(DESK)
    titles = [section.title for section in page.context["to_do"].sections]
    assert titles == [
        "En retard",
        "Réponses à transmettre à l’usager",
        "Appels à passer",
        "À transmettre",
    ]
    assert "<title>(4) Accueil" in page.content.decode(), "one line for each request, and no more"
    first = page.context["to_do"].lines[0]
    assert first.reference == late.reference
    assert [draft.label for draft in first.drafts] == ["Une note"]
    assert "mention de Luc" in first.details
    assert page.content.decode().count("app-needs__draft") == 1


def test_a_draft_and_a_mention_of_what_asks_for_nothing_else_have_their_own_lines(
    counsellor: Client, counsellor_user: User, structure: Structure, one_of_each: dict[Pile, ServiceRequest]
) -> None:
    now = timezone.now()
    waits = {"structure": structure, "due_at": now + timedelta(days=3), "received_at": now, "referred_at": now}
    drafted, called = ServiceRequestFactory(**waits), ServiceRequestFactory(**waits)
    ServiceRequestFactory(**waits)
    for form in ("transmission", "note"):
        Draft.objects.create(user=counsellor_user, form=form, about=drafted.reference, typed="{}", saved_at=now)
    for who in ("Luc", "Luc", "Zoé"):
        note = Exchange.objects.create(request=called, kind=Happening.NOTE, at=now, actor=who)
        Mention.objects.create(exchange=note, user=counsellor_user)
    to_do = counsellor.get(DESK).context["to_do"]
    assert [pile for pile in Pile if pile in to_do.piles] == [
        Pile.LATE,
        Pile.ANSWER,
        Pile.CALL,
        Pile.DRAFT,
        Pile.HAND_OVER,
        Pile.MENTION,
    ]
    (line,) = to_do.piles[Pile.DRAFT]
    assert (line.reference, line.url) == (drafted.reference, line.drafts[0].url)
    assert len(line.drafts) == 2
    assert [line.also for line in to_do.piles[Pile.MENTION]] == [("mention de Luc et Zoé",)]
    assert (to_do.count, to_do.waiting_elsewhere) == (6, 1)
    response = counsellor.get("/accueil/suivante/", {"apres": drafted.reference})
    assert response["Location"] == one_of_each[Pile.HAND_OVER].get_absolute_url()


def test_one_link_leads_from_each_to_the_next_and_back_to_the_desk(
    counsellor: Client, one_of_each: dict[Pile, ServiceRequest]
) -> None:
    seen, page = [], counsellor.get("/accueil/suivante/")["Location"]
    while page != DESK:
        seen.append(page.split("/")[2])
        page = counsellor.get(f"/accueil/suivante/?apres={seen[-1]}")["Location"]
    order = (Pile.LATE, Pile.ANSWER, Pile.CALL, Pile.HAND_OVER)
    assert seen == [one_of_each[pile].reference for pile in order]


@pytest.mark.parametrize("after", ["", "FS76-2611-INCONNU", "../..", "x" * 500])
def test_next_from_anywhere_else_is_the_first(
    counsellor: Client, one_of_each: dict[Pile, ServiceRequest], after: str
) -> None:
    response = counsellor.get("/accueil/suivante/", {"apres": after})
    assert response["Location"] == one_of_each[Pile.LATE].get_absolute_url()


def test_a_request_warned_as_idle_or_opened_again_says_so(structure: Structure) -> None:
    now = timezone.now()
    idle = ServiceRequestFactory(structure=structure, received_at=now - timedelta(days=155))
    Exchange.objects.create(request=idle, kind=Happening.WARNED_IDLE, at=now, actor="Application")
    ServiceRequestFactory(
        structure=structure, received_at=now, resident_informed_at=now, reopened_at=now, closed_at=None
    )
    piles = to_do_at(structure, now).piles
    assert piles[Pile.LATE][0].also == ("sans nouvelles depuis cinq mois, effacée dans un mois",)
    assert piles[Pile.HAND_OVER][0].also == ("rouverte",)
    assert not piles[Pile.HAND_OVER][0].is_late


def test_a_request_taken_up_since_it_was_warned_is_idle_no_more(structure: Structure) -> None:
    now = timezone.now()
    idle = ServiceRequestFactory(structure=structure, received_at=now - timedelta(days=155))
    Exchange.objects.create(request=idle, kind=Happening.WARNED_IDLE, at=now - timedelta(days=1), actor="Application")
    Exchange.objects.create(request=idle, kind=Happening.NOTE, at=now, actor="Luc", text="rappelée")
    assert to_do_at(structure, now).piles[Pile.LATE][0].also == ()


def test_the_desk_costs_the_same_for_one_and_for_many(
    counsellor: Client,
    structure: Structure,
    counsellor_user: User,
    queries_for: Callable[[Callable[[], object]], int],
) -> None:
    def more(count: int) -> None:
        for request in ServiceRequestFactory.create_batch(count, structure=structure):
            note = Exchange.objects.create(request=request, kind=Happening.NOTE, at=timezone.now(), actor="Luc")
            Mention.objects.create(exchange=note, user=counsellor_user)
            Draft.objects.create(
                user=counsellor_user, form="note", about=request.reference, typed="{}", saved_at=timezone.now()
            )

    more(1)
    counsellor.get(DESK)
    few = queries_for(lambda: counsellor.get(DESK))
    more(20)
    assert queries_for(lambda: counsellor.get(DESK)) == few
    assert few <= 12


def test_the_last_entry_of_the_day_is_at_hand(
    counsellor: Client, counsellor_user: User, structure: Structure, procedure: Procedure
) -> None:
    counsellor.post(DESK, entry(counsellor))
    logged = ServiceRequest.objects.get()
    last = today_at(structure, counsellor_user.pk, timezone.now()).last
    assert last is not None
    assert (last.reference, last.code) == (logged.reference, procedure.code)
    assert f"/demandes/{logged.reference}/corriger/" in counsellor.get(DESK).content.decode()
