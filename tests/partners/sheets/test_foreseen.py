"""Before an import is written or undone: does one read which cases change hands, and is that what happens?"""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from partners.models import Contact, ContactImport, ContactImportState
from referrals.hands import directory
from tests.accounts.factories import UserFactory
from tests.partners.factories import BlockerFactory, ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db
HEADER = "Opérateur;Nom;Téléphone;Remplacé par;Territoire;Priorité;Absent du;Absent jusqu’au"


@pytest.fixture
def hers(partner_office: Team, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(UserFactory(full_name="Paula", teams=[partner_office]))


@pytest.fixture(autouse=True)
def noe(partner_office: Team) -> Contact:
    """He answers for the one démarche, everywhere."""
    DepartementFactory()
    CommuneFactory(rouen=True)
    CommuneFactory(le_havre=True)
    operator = OperatorFactory(code="CAF", name="Caf")
    ProcedureFactory(operator=operator, name="Aide au logement")
    noe = ContactFactory(office=partner_office, operator=operator, name="Noé Bernard")
    RuleFactory(contact=noe, priority=5)
    return noe


def drop(client: Client, *lines: str) -> ContactImport:
    file = SimpleUploadedFile("caf.csv", "\n".join([HEADER, *lines]).encode())
    client.post("/partenaires/import/", {"file": file})
    return ContactImport.objects.latest("pk")


def url(verb: str, batch: ContactImport) -> str:
    return reverse(f"partners:import_{verb}", args=[batch.pk])


def read(client: Client, verb: str, batch: ContactImport) -> set[tuple[str, str, str]]:
    page = client.get(url(verb, batch))
    assert "Ce qui change de mains" in page.content.decode()
    return {(row.commune, row.before, row.after) for row in page.context["hands"].rows}


def press(client: Client, verb: str, batch: ContactImport, **sent: str) -> str:
    client.post(url(verb, batch), sent)
    batch.refresh_from_db()
    return batch.state


def mark(client: Client, verb: str, batch: ContactImport) -> str:
    return str(client.get(url(verb, batch)).context["hands"].mark)


def test_a_new_contact_takes_its_communes_once_one_has_read_it(hers):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540;1;;")
    assert read(hers, "preview", batch) == {("Rouen", "Noé Bernard", "Anne Dupont")}
    assert press(hers, "confirm", batch) == ContactImportState.PREVIEW
    assert press(hers, "confirm", batch, confirmed=mark(hers, "preview", batch)) == ContactImportState.APPLIED


def test_whoever_confirms_without_reading_is_brought_to_the_list(hers):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540;1;;")
    answer = hers.post(url("confirm", batch), follow=True)
    said = answer.content.decode()
    assert "lisez ce qui change de mains, puis confirmez" in said
    assert f'name="confirmed" value="{answer.context["hands"].mark}"' in said


def test_a_list_that_changed_since_it_was_read_is_read_again(hers, noe):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540;1;;")
    was = mark(hers, "preview", batch)
    noe.rules.all().delete()
    assert press(hers, "confirm", batch, confirmed=was) == ContactImportState.PREVIEW
    assert press(hers, "confirm", batch, confirmed=mark(hers, "preview", batch)) == ContactImportState.APPLIED


def test_undoing_says_who_comes_back_and_waits_for_it_to_be_read(hers):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540;1;;")
    press(hers, "confirm", batch, confirmed=mark(hers, "preview", batch))
    assert read(hers, "undo", batch) == {("Rouen", "Anne Dupont", "Noé Bernard")}
    assert press(hers, "undo", batch) == ContactImportState.APPLIED
    assert press(hers, "undo", batch, confirmed=mark(hers, "undo", batch)) == ContactImportState.UNDONE


def test_a_changed_contact_and_the_stand_in_that_the_file_creates_are_foreseen_together(hers):
    batch = drop(
        hers,
        "Caf;Noé Bernard;261910012;Anne Dupont;;;01/01/2020;31/12/2099",
        "Caf;Anne Dupont;261910013;;;;;",
    )
    assert read(hers, "preview", batch) == {
        ("Rouen", "Noé Bernard", "Anne Dupont"),
        ("Le Havre", "Noé Bernard", "Anne Dupont"),
    }


def test_a_contact_changed_since_the_preview_is_foreseen_as_it_is_left(hers, noe):
    batch = drop(hers, "Caf;Noé Bernard;261910012;;;;01/01/2020;31/12/2099")
    assert read(hers, "preview", batch) != set()
    Contact.objects.filter(pk=noe.pk).update(function="chef")
    assert read(hers, "preview", batch) == set()


def test_a_file_that_changes_no_hands_says_so_and_is_written_at_once(hers):
    batch = drop(hers, "Caf;Zoé Petit;261910014;;;;;")
    assert "Aucune démarche ne change d’interlocuteur" in hers.get(url("preview", batch)).content.decode()
    assert press(hers, "confirm", batch) == ContactImportState.APPLIED


def test_a_filtered_page_counts_nothing_and_its_button_leads_to_the_list(hers):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540;1;;")
    page = hers.get(url("preview", batch), {"nature": "created"})
    assert page.context["hands"] is None
    assert "Confirmer l’import" in page.content.decode()


@pytest.mark.parametrize("bound", ["MOST_RULES", "MOST_COMPARED"])
def test_what_is_too_large_to_count_is_said_and_must_be_read_too(hers, monkeypatch, bound):
    monkeypatch.setattr(directory, bound, 0)
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540;1;;")
    page = hers.get(url("preview", batch)).content.decode()
    assert "n’a pas été compté" in page
    assert "trop de règles à comparer\u00a0: Caf (2\u00a0règles)" in page
    assert press(hers, "confirm", batch) == ContactImportState.PREVIEW
    assert press(hers, "confirm", batch, confirmed=mark(hers, "preview", batch)) == ContactImportState.APPLIED


def test_what_was_counted_beside_what_was_not_is_the_least_that_changes(hers, monkeypatch):
    other = OperatorFactory(code="MSA", name="Msa")
    ProcedureFactory(operator=other)
    monkeypatch.setattr(directory, "MOST_RULES", 2)
    batch = drop(
        hers,
        "Caf;Anne Dupont;261910012;;76540;1;;",
        *(f"Msa;Personne {n};261910012;;76540;{n};;" for n in range(1, 4)),
    )
    page = hers.get(url("preview", batch)).content.decode()
    assert "Au moins 1 couple démarche × commune change d’interlocuteur" in page


def test_the_pages_cost_the_same_whatever_the_number_of_lines_and_operators(hers, queries_for):
    def costs(*lines: str) -> tuple[int, int]:
        batch = drop(hers, *lines)
        preview = queries_for(lambda: hers.get(url("preview", batch)))
        press(hers, "confirm", batch, confirmed=mark(hers, "preview", batch))
        return preview, queries_for(lambda: hers.get(url("undo", batch)))

    few = costs("Caf;Anne Dupont;261910012;;76540;1;;")
    for n in range(6):
        ProcedureFactory(operator=OperatorFactory(code=f"OP{n}", name=f"Opérateur {n}"))
        BlockerFactory()
    many = costs(*(f"Opérateur {n % 6};Personne {n};261910012;;76540;1;;" for n in range(40)))
    assert many == few
