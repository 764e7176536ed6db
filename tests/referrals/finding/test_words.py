"""Does one box find a request by its reference, the person or a word, without ever writing what was typed?"""

import csv
import io
import logging
from datetime import timedelta
from urllib.parse import unquote

import openpyxl
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import JournalEntry, User
from config.bench.history import add_history
from partners.models import Contact, Procedure
from referrals.actions import keep_identity
from referrals.finding import exports
from referrals.finding.words import by_reference
from referrals.models import Exchange, Happening, ServiceRequest
from schedules.calendars import PARIS
from structures.models import Structure
from tests.partners.factories import OperatorFactory, ProcedureFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
LIST, SEARCH = "/demandes/", "/demandes/recherche/"


def found(client: Client, typed: str) -> set[str]:
    page = client.post(SEARCH, {"q": typed}, follow=True)
    assert page.status_code == 200
    return {line.reference for line in page.context["page"].lines}


@pytest.fixture
def of_jeanne(waiting_request: ServiceRequest, counsellor_user: User) -> ServiceRequest:
    keep_identity(
        request=waiting_request, name="Jeanne Dürand-Petit", reach="02 61 91 00 42", file_number="",
        by=counsellor_user, now=timezone.now(),
    )  # fmt: skip
    return waiting_request


def test_a_reference_or_its_end_leads_to_the_request(counsellor: Client, structure: Structure) -> None:
    wanted = ServiceRequestFactory(structure=structure)
    ServiceRequestFactory(structure=structure)
    whole = wanted.reference
    for typed in (whole, whole.lower(), whole[-6:], whole[-5:], whole[-9:], f" {whole} "):
        assert counsellor.post(SEARCH, {"q": typed})["Location"] == wanted.get_absolute_url()


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_end_of_a_reference_is_found_by_its_index(structure: Structure) -> None:
    wanted = ServiceRequestFactory(structure=structure)
    with CaptureQueriesContext(connection) as captured:
        assert by_reference(structure, wanted.reference[-6:].lower()) == wanted
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured.captured_queries[0]['sql']}")
        assert "request_by_end_of_reference" in str(cursor.fetchall())


def test_the_reference_of_another_site_finds_nothing(counsellor: Client, other_structure: Structure) -> None:
    theirs = ServiceRequestFactory(structure=other_structure)
    page = counsellor.post(SEARCH, {"q": theirs.reference}, follow=True)
    assert "Aucune demande ici" in page.content.decode()
    assert theirs.reference not in page.content.decode()


@pytest.mark.parametrize(
    "typed", ["02 61 91 00 42", "+33 2 61 91 00 42", "0261910042", "durand", "Petit Jeanne", "jeanne DURAND"]
)
def test_a_person_is_found_by_her_phone_or_the_words_of_her_name(
    counsellor: Client, of_jeanne: ServiceRequest, structure: Structure, typed: str
) -> None:
    ServiceRequestFactory(structure=structure)
    assert found(counsellor, typed) == {of_jeanne.reference}


@pytest.mark.parametrize("typed", ["Durand Paul", "02 61 91 00 43", "jean"])
def test_all_that_was_typed_must_be_hers(counsellor: Client, of_jeanne: ServiceRequest, typed: str) -> None:
    assert found(counsellor, typed) == set()


def test_a_person_is_not_found_from_another_site(other_counsellor: Client, of_jeanne: ServiceRequest) -> None:
    assert found(other_counsellor, "durand") == set()


def test_what_was_typed_is_written_nowhere_and_the_search_is_journalled(
    counsellor: Client, of_jeanne: ServiceRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = counsellor.post(SEARCH, {"q": "Durand"})
        page = counsellor.get(answer["Location"])
    assert "durand" not in unquote(answer["Location"]).lower()
    assert "durand" not in page.content.decode().lower()
    assert "durand" not in caplog.text.lower()
    entry = JournalEntry.objects.filter(verb="recherche d’une personne").get()
    assert "durand" not in f"{entry.subject} {entry.actor}".lower()
    assert all("durand" not in str(session.get_decoded()).lower() for session in Session.objects.all())
    assert "Trouvées par la personne" in page.content.decode()


def test_words_of_notes_answers_and_questions_are_found(
    counsellor: Client, structure: Structure, contact: Contact
) -> None:
    noted, asked, other = ServiceRequestFactory.create_batch(3, structure=structure)
    now = timezone.now()
    Exchange.objects.create(request=noted, kind=Happening.NOTE, at=now, actor="A", text="Le formulaire Z12 est parti")
    Exchange.objects.create(request=other, kind=Happening.NOTE, at=now, actor="A", text="Rien de cela")
    ReferralFactory(request=asked, contact=contact, question="Avez-vous reçu le formulaire z12 ?")
    assert found(counsellor, "formulaire Z12") == {noted.reference, asked.reference}


def test_words_of_a_demarche_or_of_an_operator_are_found(counsellor: Client, structure: Structure) -> None:
    procedure = ProcedureFactory(name="Carte grise", operator=OperatorFactory(name="France Titres"))
    wanted = ServiceRequestFactory(structure=structure, procedure=procedure)
    closed = ServiceRequestFactory(structure=structure, procedure=procedure, answered=True)
    ServiceRequestFactory(structure=structure)
    assert found(counsellor, "carte gri") == {wanted.reference, closed.reference}
    assert found(counsellor, "titres") == {wanted.reference, closed.reference}


@pytest.mark.parametrize("typed", ["", " ", "1 84 12 76 451 089 46", "x" * 201])
def test_what_cannot_be_looked_for_says_why_and_comes_back(counsellor: Client, typed: str) -> None:
    page = counsellor.post(SEARCH, {"q": typed})
    assert page.status_code == 422
    assert "chercher-erreur" in page.content.decode()


def test_a_search_that_somebody_made_up_says_so(counsellor: Client) -> None:
    page = counsellor.get(LIST, {"trouvees": "made-up"})
    assert page.status_code == 422
    assert "recommencez-la" in page.content.decode()


def test_what_was_found_elsewhere_shows_nothing_here(
    counsellor: Client, other_counsellor: Client, of_jeanne: ServiceRequest
) -> None:
    address = counsellor.post(SEARCH, {"q": "durand"})["Location"]
    assert list(other_counsellor.get(address).context["page"].lines) == []


def rows_of(answer: object) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_file_holds_every_page_of_what_is_on_screen(
    counsellor: Client, structure: Structure, procedure: Procedure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_AT_ONCE", 20)
    made = ServiceRequestFactory.create_batch(45, structure=structure, procedure=procedure)
    ServiceRequestFactory(structure=structure, procedure=procedure, answered=True)
    ServiceRequestFactory(structure=structure)
    answer = counsellor.get("/demandes/export/csv/", {"operateur": "CAF"})
    day = timezone.now().astimezone(PARIS).date()
    assert answer["Content-Disposition"] == f'attachment; filename="demandes-{day}.csv"'
    rows = rows_of(answer)
    assert [row["Référence"] for row in rows] == [
        r.reference for r in sorted(made, key=lambda r: (r.received_at, r.pk), reverse=True)
    ]
    assert rows[0]["État"] == "en retard"
    assert rows[0]["Attente de l’usager (heures)"] == "240"
    assert JournalEntry.objects.get().verb == "liste exportée (csv)"


def test_a_workbook_has_dates_figures_and_no_live_formula(
    counsellor: Client, structure: Structure, of_jeanne: ServiceRequest
) -> None:
    nasty = ProcedureFactory(name="=cmd|' /C calc'!A0")
    ServiceRequestFactory(structure=structure, procedure=nasty, answered_late=True)
    answer = counsellor.get("/demandes/export/xlsx/", {"etat": "toutes"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == exports.HEADER
    assert len(rows) == 3
    late = next(row for row in rows if row[12] == "non")
    assert (late[3], late[11]) == ("'=cmd|' /C calc'!A0", 73)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_name_no_text_and_no_author_leaves(
    counsellor: Client, of_jeanne: ServiceRequest, counsellor_user: User, kind: str
) -> None:
    Exchange.objects.create(request=of_jeanne, kind=Happening.NOTE, at=timezone.now(), actor="A", text="CANARI")
    content = b"".join(counsellor.get(f"/demandes/export/{kind}/").streaming_content)  # type: ignore[attr-defined]
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        content = str([list(sheet.iter_rows(values_only=True)) for sheet in book]).encode()
    assert of_jeanne.reference.encode() in content
    for secret in ("Jeanne", "CANARI", "02 61 91", counsellor_user.full_name):
        assert secret.encode() not in content


def test_a_list_too_long_for_a_file_says_so(
    counsellor: Client, structure: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_MOST", 30)
    add_history(
        ServiceRequestFactory(structure=structure, answered=True), first=1, last=30, now=timezone.now(),
        step=timedelta(hours=1),
    )  # fmt: skip
    page = counsellor.get("/demandes/export/csv/", {"etat": "toutes"}, follow=True)
    assert "dépasse 30" in page.content.decode()
    assert JournalEntry.objects.count() == 0
    assert counsellor.get("/demandes/export/csv/").status_code == 200


def test_only_two_kinds_of_file_exist(counsellor: Client) -> None:
    assert counsellor.get("/demandes/export/pdf/").status_code == 404
