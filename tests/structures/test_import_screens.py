"""Can the coordinator see what a file changes, choose line by line, and leave the work to go on without her?"""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import interrupted
from accounts.models import Team, User
from structures.actions import drafts
from structures.forms import importing
from structures.models import DraftState, ImportDraft, LabelState, LineState, Structure
from tests.accounts.factories import TeamFactory, UserFactory
from tests.structures.factories import ImportDraftFactory
from tests.structures.national import a_file
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

LIST = "/pilotage/structures/import/"


@pytest.fixture(autouse=True)
def _communes() -> None:
    CommuneFactory(rouen=True)
    CommuneFactory(dieppe=True)


@pytest.fixture
def claire(coordination: Team) -> User:
    return UserFactory(full_name="Claire", teams=[coordination])


@pytest.fixture
def her(claire: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(claire)


def upload(client: Client, content: bytes, name: str = "liste-fs-20240801.csv", **more: object):
    return client.post(LIST, {"file": SimpleUploadedFile(name, content), **more})


def drop(client: Client, *changes: dict[str, str]) -> ImportDraft:
    response = upload(client, a_file(*changes).encode())
    assert response.status_code == 302, response.context["form"].errors
    return ImportDraft.objects.order_by("-pk")[0]


def page_of(client: Client, draft: ImportDraft, **filters: str) -> str:
    response = client.get(reverse("structures:import_preview", args=[draft.pk]), filters)
    assert response.status_code == 200
    return response.content.decode()


def accept(client: Client, draft: ImportDraft, **posted: object) -> list[str]:
    url = reverse("structures:import_accept", args=[draft.pk])
    response = client.post(url, posted, follow=True)
    draft.refresh_from_db()
    return [str(message) for message in response.context["messages"]]


def test_a_file_is_dropped_and_its_changes_are_shown(her):
    draft = drop(her, {}, {"id_fs": "9002", "type_fs": "Autre"})
    page = page_of(her, draft)
    assert "1\u00a0nouvelle" in page
    assert "1\u00a0refusée" in page
    assert "colonne type_fs" in page
    assert "Rouen, code Insee 76540" in page
    assert "de 9\u00a0h à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h" in page
    assert not Structure.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Ce fichier est vide."),
        (b"%PDF-1.7", "un document PDF"),
        (b"<!DOCTYPE html>", "une page web"),
        (b"id_fs,lib_fs\n1,x\n", "Il manque les colonnes"),
        (a_file().splitlines()[0].encode(), "aucune structure"),
    ],
)
def test_what_is_not_the_list_comes_back_with_a_sentence(her, content, said):
    response = upload(her, content)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ImportDraft.objects.exists()


def test_a_huge_file_is_refused_by_its_size(her, monkeypatch):
    monkeypatch.setattr(importing, "LARGEST_FILE", 100)
    response = upload(her, a_file().encode())
    assert response.status_code == 422
    assert "20\u00a0Mo au plus" in response.content.decode()


def test_one_line_then_the_ticked_ones_then_all(her):
    draft = drop(her, *({"id_fs": str(number)} for number in range(1, 7)))
    first, second, third, *_ = draft.lines.order_by("pk")
    assert accept(her, draft, une=first.pk) == ["C’est fait. D’autres lignes attendent votre décision."]
    assert accept(her, draft, ligne=[second.pk, third.pk]) == ["C’est fait. D’autres lignes attendent votre décision."]
    assert set(Structure.objects.values_list("id_fs", flat=True)) == {"1", "2", "3"}
    assert accept(her, draft, ligne=["x", ""]) == ["Aucune ligne à décider n’est cochée."]
    assert accept(her, draft, toutes="new") == ["C’est fait. Toutes les lignes sont décidées."]
    assert Structure.objects.count() == 6
    assert accept(her, draft, ligne=["x", ""]) == ["Cet import est clos\u00a0: il n’a plus de ligne à décider."]


def test_taking_everything_never_ends_a_label(her):
    accept(her, drop(her, {}, {"id_fs": "9002"}), toutes="ouvertes")
    draft = drop(her, {"telephone": "0261910077"})
    assert "ne retire aucun label" in page_of(her, draft)
    accept(her, draft, toutes="ouvertes")
    assert Structure.objects.get(id_fs="9001").phone == "0261910077"
    assert Structure.objects.get(id_fs="9002").label_state == LabelState.LABELLED
    assert "Retirer le label" in page_of(her, draft, nature="closed")
    accept(her, draft, toutes="closed")
    assert Structure.objects.get(id_fs="9002").label_state == LabelState.WITHDRAWN


def test_a_conflict_is_chosen_field_by_field_and_kept_by_default(her):
    accept(her, drop(her), toutes="ouvertes")
    Structure.objects.update(phone="02 61 91 00 99", mail="main@exemple.fr")
    draft = drop(her, {"telephone": "0261910077", "mail": "neuf@exemple.fr"})
    page = page_of(her, draft)
    assert "saisi à la main" in page
    assert "Garder «\u00a002\u00a061\u00a091\u00a000\u00a099\u00a0»" in page
    line = draft.lines.get()
    labels = [one["label"] for one in line.differences]
    choices = {f"choix-{line.pk}-{labels.index('Téléphone')}": "liste", f"choix-{line.pk}-99": "liste"}
    accept(her, draft, une=line.pk, **choices)
    structure = Structure.objects.get()
    assert (structure.phone, structure.mail) == ("0261910077", "main@exemple.fr")
    assert "gardé" in page_of(her, draft)


def test_lines_are_found_by_name_number_kind_and_decision(her):
    draft = drop(her, {}, {"id_fs": "9002", "lib_fs": "France services du Lac"}, {"id_fs": "77", "type_fs": "Autre"})
    assert "1 ligne sur 3" in page_of(her, draft, recherche="lac")
    assert "1 ligne sur 3" in page_of(her, draft, recherche="9001")
    assert "1 ligne sur 3" in page_of(her, draft, nature="refused")
    assert "Aucune ligne ne correspond" in page_of(her, draft, etat="applied")
    assert "3 lignes" in page_of(her, draft, nature="nonsense", page="99")


def test_she_comes_back_to_the_lines_she_was_looking_at(her):
    draft = drop(her, {}, {"id_fs": "9002"})
    url = reverse("structures:import_accept", args=[draft.pk])
    response = her.post(url, {"toutes": "new", "filtres": "nature=new&recherche=x&etat=bad"})
    assert response.headers["Location"] == f"{LIST}{draft.pk}/?nature=new&recherche=x"


def test_the_same_file_again_says_when_it_was_imported(her):
    accept(her, drop(her), toutes="ouvertes")
    response = her.post(LIST, {"file": SimpleUploadedFile("liste.csv", a_file().encode())}, follow=True)
    page = response.content.decode()
    assert "Ce fichier a déjà été importé le" in page
    assert "Rien à changer" in page


def test_many_lines_show_their_progress_with_and_without_script(her, monkeypatch):
    monkeypatch.setattr(drafts, "FEW", 2)
    draft = drop(her, *({"id_fs": str(number)} for number in range(1, 4)))
    assert accept(her, draft, toutes="new") == [
        "Les lignes acceptées sont en cours d’écriture\u00a0: vous pouvez quitter cette page."
    ]
    drafts.apply_some(draft.pk, now=timezone.now())
    page, url = page_of(her, draft), reverse("structures:import_progress", args=[draft.pk])
    assert '<progress class="app-bar" max="3" value="2"' in page
    assert f'hx-get="{url}"' in page
    assert "Actualiser" in page
    part = her.get(url, headers={"HX-Request": "true"})
    assert "2 lignes écrites sur 3" in part.content.decode()
    assert "HX-Refresh" not in part.headers
    assert her.get(url).status_code == 302, "without script the whole page is asked for"
    assert accept(her, draft, toutes="new") == ["Aucune ligne à décider n’est cochée."]
    drafts.apply_waiting(timezone.now())
    assert her.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert Structure.objects.count() == 3


def test_an_import_is_closed_without_the_rest(her):
    draft = drop(her)
    response = her.post(reverse("structures:import_give_up", args=[draft.pk]), follow=True)
    assert "reste comme avant" in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == DraftState.ABANDONED
    assert "clos sans que rien soit pris" in page_of(her, draft)
    assert "ligne" not in accept(her, draft, toutes="new")
    assert draft.lines.get().state == LineState.WAITING


def test_a_file_that_leaves_out_most_of_the_network_is_doubted(her):
    accept(her, drop(her, *({"id_fs": str(number)} for number in range(1, 8))), toutes="new")
    assert "est-il complet" in page_of(her, drop(her, {"id_fs": "1"}))


def test_who_works_for_two_coordinations_says_for_which(coordination, sign_in):
    other = TeamFactory(coordination=True, name="Coordination de l’Eure")
    client = sign_in(UserFactory(teams=[coordination, other]))
    assert "Coordination de l’Eure" in client.get(LIST).content.decode()
    upload(client, a_file().encode(), coordination=other.pk)
    assert ImportDraft.objects.get().coordination == other
    stranger = TeamFactory(coordination=True)
    assert upload(client, a_file().encode(), coordination=stranger.pk).status_code == 422


def test_what_was_ticked_when_the_session_ended_is_ticked_again(her, claire):
    draft = drop(her, {}, {"id_fs": "9002"})
    line = draft.lines.order_by("pk")[1]
    url = reverse("structures:import_accept", args=[draft.pk])
    back = reverse("structures:import_preview", args=[draft.pk])
    her.logout()
    posted = {"ligne": line.pk, "typed_by": interrupted.mark(claire)}
    assert her.post(url, posted, headers={"Referer": f"http://testserver{back}"}).status_code == 302
    session = dict(her.session)
    her.force_login(claire)
    store = her.session
    store.update({key: value for key, value in session.items() if key == "interrupted"})
    store.save()
    assert f'id="cocher-{line.pk}" checked' in page_of(her, draft)


def test_the_pages_cost_the_same_whatever_the_number_of_lines(her, coordination, claire, queries_for):
    few = drop(her, {})
    many = drop(her, *({"id_fs": str(number)} for number in range(1, 60)))
    urls = [reverse("structures:import_preview", args=[draft.pk]) for draft in (few, many)]
    assert queries_for(lambda: her.get(urls[0])) == queries_for(lambda: her.get(urls[1])) <= 9
    before = queries_for(lambda: her.get(LIST))
    for _ in range(15):
        ImportDraftFactory(coordination=coordination, author=claire)
    assert queries_for(lambda: her.get(LIST)) == before <= 9


def test_nothing_of_a_file_is_taken_for_markup(her):
    page = page_of(her, drop(her, {"lib_fs": "<script>alert(1)</script>", "commentaire": "<b>x</b>"}))
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
