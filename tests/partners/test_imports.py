"""Is a file of contacts written once, by batches, and undone as a whole but for what changed since?"""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners.actions import imports
from partners.models import Contact, ContactImport, ContactImportState, ContactLineKind, Rule
from partners.sheets import reading
from partners.sheets.reading import NotASheet, read
from tests.accounts.factories import TeamFactory, UserFactory
from tests.partners.factories import ContactFactory, OperatorFactory, RuleFactory
from tests.territories.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db

HERE = "/partenaires/import/"
HEADER = "Opérateur;Nom;Téléphone;Remplacé par;Territoire"


@pytest.fixture(autouse=True)
def _places() -> None:
    DepartementFactory()
    CommuneFactory(rouen=True)
    OperatorFactory(code="CAF", name="Caf")


@pytest.fixture
def paula(partner_office: Team) -> User:
    return UserFactory(full_name="Paula", teams=[partner_office])


@pytest.fixture
def hers(paula: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(paula)


def a_file(*lines: str) -> bytes:
    return "\n".join([HEADER, *(lines or ["Caf;Anne Dupont;261910012;;76540"])]).encode()


def upload(client: Client, content: bytes, name: str = "caf.csv", **more: object):
    return client.post(HERE, {"file": SimpleUploadedFile(name, content), **more}, follow=True)


def drop(client: Client, *lines: str) -> ContactImport:
    response = upload(client, a_file(*lines))
    assert response.status_code == 200, response.context["form"].errors
    return ContactImport.objects.order_by("-pk")[0]


def press(client: Client, batch: ContactImport, verb: str) -> list[str]:
    response = client.post(reverse(f"partners:import_{verb}", args=[batch.pk]), follow=True)
    batch.refresh_from_db()
    return [str(message) for message in response.context["messages"]]


def page_of(client: Client, batch: ContactImport, **filters: str) -> str:
    return client.get(reverse("partners:import_preview", args=[batch.pk]), filters).content.decode()


def test_nothing_is_written_before_confirming_then_all_of_it_is(hers, paula):
    batch = drop(hers, "Caf;Anne Dupont;261910012;Léa Roy;76540", "Caf;Léa Roy;02 61 91 00 13;;", "Caf;Sans Voie;;;")
    page = page_of(hers, batch)
    assert "2 interlocuteurs à créer" in page.replace("\u00a0", " ")
    assert "Donnez un téléphone" in page
    assert not Contact.objects.exists()
    assert press(hers, batch, "confirm") == ["L’import est fait."]
    anne = Contact.objects.get(name="Anne Dupont")
    assert (anne.phone, anne.stand_in, anne.checked_on) == ("02 61 91 00 12", Contact.objects.get(name="Léa Roy"), None)
    assert [rule.commune_id for rule in anne.rules.all()] == ["76540"]
    born = anne.history.get()
    assert (born.history_user, born.history_change_reason) == (paula, "Import de caf.csv")
    assert Rule.history.get().history_user == paula
    assert anne.plain_name == "anne dupont"
    assert press(hers, batch, "confirm") == ["Cet import est déjà confirmé, ou abandonné."]
    assert Contact.objects.count() == 2


def test_the_same_file_again_says_so_and_changes_nothing(hers):
    press(hers, drop(hers), "confirm")
    response = upload(hers, a_file())
    page = response.content.decode()
    assert "Ce fichier a déjà été importé le" in page
    assert "par Paula" in page
    assert "Il n’y a rien à écrire" in page
    assert Contact.objects.count() == 1


def two_of_the_caf(office: Team) -> list[Contact]:
    caf = OperatorFactory(code="CAF")
    return [
        ContactFactory(office=office, operator=caf, name=name, phone=f"02 61 91 00 1{number}")
        for number, name in enumerate(("Anne Dupont", "Léa Roy"))
    ]


def test_a_circle_that_somebody_closed_since_the_preview_is_refused_and_the_rest_is_written(hers, partner_office):
    anne, lea = two_of_the_caf(partner_office)
    batch = drop(hers, "Caf;Anne Dupont;261910010;Léa Roy;", "Caf;Zoé Petit;261910013;;")
    Contact.objects.filter(pk=lea.pk).update(stand_in=anne)
    press(hers, batch, "confirm")
    anne.refresh_from_db()
    assert anne.stand_in is None
    assert "tournerait en rond" in page_of(hers, batch)
    assert Contact.objects.filter(name="Zoé Petit").exists()


def test_stand_ins_that_a_file_turns_round_make_no_circle(hers, partner_office):
    anne, lea = two_of_the_caf(partner_office)
    Contact.objects.filter(pk=lea.pk).update(stand_in=anne)
    marc = ContactFactory(office=partner_office, operator=anne.operator, name="Marc Roy")
    file = ("Caf;Anne Dupont;261910010;Léa Roy;", "Caf;Léa Roy;261910011;Marc Roy;")
    batch = drop(hers, *file)
    press(hers, batch, "confirm")
    assert list(Contact.objects.order_by("pk").values_list("stand_in", flat=True)) == [lea.pk, marc.pk, None]
    assert press(hers, batch, "undo") == ["L’import est annulé."]
    assert list(Contact.objects.order_by("pk").values_list("stand_in", flat=True)) == [None, anne.pk, None]


def test_an_import_is_not_undone_into_a_circle(hers, partner_office):
    anne, lea = two_of_the_caf(partner_office)
    Contact.objects.filter(pk=lea.pk).update(stand_in=anne)
    batch = drop(hers, "Caf;Léa Roy;261910011;;")
    press(hers, batch, "confirm")
    Contact.objects.filter(pk=anne.pk).update(stand_in=lea)
    press(hers, batch, "undo")
    lea.refresh_from_db()
    assert lea.stand_in is None
    assert "tournerait en rond" in page_of(hers, batch)


def test_undoing_puts_back_what_was_there_and_deletes_nothing(hers, partner_office):
    stored = ContactFactory(
        office=partner_office, operator=OperatorFactory(code="CAF"), name="Léa Roy", phone="02 61 91 00 99"
    )
    RuleFactory(contact=stored)
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540", "Caf;Léa Roy;261910013;Anne Dupont;76540")
    press(hers, batch, "confirm")
    stored.refresh_from_db()
    assert (stored.phone, stored.stand_in.name, stored.rules.count()) == ("02 61 91 00 13", "Anne Dupont", 2)
    assert "Annuler tout l’import" in hers.get(reverse("partners:import_undo", args=[batch.pk])).content.decode()
    assert press(hers, batch, "undo") == ["L’import est annulé."]
    assert batch.state == ContactImportState.UNDONE
    stored.refresh_from_db()
    assert (stored.phone, stored.stand_in, stored.rules.count()) == ("02 61 91 00 99", None, 1)
    assert Contact.objects.get(name="Anne Dupont").is_active is False
    assert stored.history.first().history_change_reason == "Annule l’import de caf.csv"
    assert press(hers, batch, "undo") == ["Cet import n’est pas appliqué, ou il est déjà annulé."]
    again = drop(hers, "Caf;Anne Dupont;261910012;;76540", "Caf;Léa Roy;261910013;Anne Dupont;76540")
    press(hers, again, "confirm")
    assert Contact.objects.get(name="Anne Dupont").is_active is True


def test_undoing_leaves_alone_what_somebody_changed_since_and_says_which(hers):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;76540", "Caf;Léa Roy;261910013;;")
    press(hers, batch, "confirm")
    Contact.objects.filter(name="Anne Dupont").update(function="cheffe")
    press(hers, batch, "undo")
    assert Contact.objects.get(name="Anne Dupont").is_active is True
    assert Contact.objects.get(name="Léa Roy").is_active is False
    page = page_of(hers, batch, nature="failed")
    assert "sauf 1 fiche" in page
    assert "Anne Dupont" in page
    assert "Léa Roy" not in page


def test_a_contact_changed_after_the_preview_is_left_as_it_is(hers, partner_office):
    stored = ContactFactory(office=partner_office, operator=OperatorFactory(code="CAF"), name="Léa Roy")
    batch = drop(hers, "Caf;Anne Dupont;261910012;;", "Caf;Léa Roy;261910013;;")
    Contact.objects.filter(pk=stored.pk).update(phone="02 61 91 00 77")
    press(hers, batch, "confirm")
    stored.refresh_from_db()
    assert stored.phone == "02 61 91 00 77"
    assert "entre-temps" in page_of(hers, batch, nature="failed")
    assert Contact.objects.filter(name="Anne Dupont").exists()


def test_a_contact_typed_after_the_preview_is_not_made_twice(hers, partner_office):
    batch = drop(hers)
    ContactFactory(office=partner_office, operator=OperatorFactory(code="CAF"), name="Anne Dupont")
    press(hers, batch, "confirm")
    assert Contact.objects.count() == 1
    assert "créée à la main" in page_of(hers, batch)


def test_many_lines_are_written_and_undone_by_the_worker_batch_by_batch(hers, monkeypatch):
    monkeypatch.setattr(imports, "FEW", 2)
    # Each is replaced by the next: those who replace are written first, whatever the batch.
    lines = [f"Caf;N{number};26191001{number};{f'N{number + 1}' if number < 4 else ''};76540" for number in range(5)]
    batch = drop(hers, *lines)
    assert press(hers, batch, "confirm") == ["L’import est confirmé\u00a0: il s’écrit. Vous pouvez quitter cette page."]
    imports.apply_some(batch.pk, now=timezone.now())
    url = reverse("partners:import_progress", args=[batch.pk])
    part = hers.get(url, headers={"HX-Request": "true"})
    assert 'max="5" value="2"' in part.content.decode()
    assert "HX-Refresh" not in part.headers
    assert hers.get(url).status_code == 302
    assert imports.apply_waiting(timezone.now()) == 3
    assert hers.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert Contact.objects.get(name="N0").stand_in == Contact.objects.get(name="N1")
    press(hers, batch, "undo")
    assert "annulation en cours" in page_of(hers, batch)
    imports.apply_waiting(timezone.now())
    assert not Contact.objects.in_service().exists()


def test_one_line_that_the_database_refuses_does_not_stop_the_others(hers):
    batch = drop(hers, "Caf;Anne Dupont;261910012;;", "Caf;Léa Roy;261910013;;")
    line = batch.lines.get(name="Léa Roy")
    line.values["contact"]["phone"] = ""
    line.save()
    press(hers, batch, "confirm")
    assert [contact.name for contact in Contact.objects.all()] == ["Anne Dupont"]
    assert imports.NOT_WRITTEN in page_of(hers, batch)
    assert batch.state == ContactImportState.APPLIED


def test_an_import_is_abandoned(hers):
    batch = drop(hers)
    assert press(hers, batch, "abandon") == ["L’import est abandonné\u00a0: rien n’a été écrit."]
    assert press(hers, batch, "confirm") == ["Cet import est déjà confirmé, ou abandonné."]
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Ce fichier est vide."),
        (b"%PDF-1.7", "un document PDF"),
        (b"Nom;Courriel\nA;a@exemple.fr", "Il manque la colonne Opérateur"),
        (HEADER.encode(), "que la ligne de titres"),
        (HEADER.encode() + b";Nom\nx", "deux fois"),
        (b"PK\x03\x04 not a workbook", "abîmé"),
        (HEADER.encode() + b'\n"Caf;Anne', "guillemet"),
    ],
)
def test_what_is_not_such_a_file_comes_back_with_a_sentence(hers, content, said):
    response = upload(hers, content)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ContactImport.objects.exists()


def test_a_workbook_that_unpacks_out_of_measure_is_refused_unread(monkeypatch):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 2_000_000)
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(NotASheet, match="démesuré"):
        read(io.BytesIO(content.getvalue()))


def test_too_large_a_file_and_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    with pytest.raises(NotASheet, match="plus de 20"):
        read(io.BytesIO(a_file("Caf;A;1", "Caf;B;1", "Caf;C;1")))
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with pytest.raises(NotASheet, match="dépasse"):
        read(io.BytesIO(a_file()))


def test_titles_that_mean_nothing_are_named(hers):
    response = upload(hers, "Opérateur;Nom;Mail;Couleur\nCaf;Anne;anne@exemple.fr;bleu".encode("cp1252"))
    assert "Couleur" in next(str(message) for message in response.context["messages"])


def test_who_keeps_two_offices_says_whose_the_new_contacts_are(partner_office, sign_in):
    other = TeamFactory(partner_office=True, name="Cellule de l’Eure")
    client = sign_in(UserFactory(teams=[partner_office, other]))
    press(client, drop_for(client, other), "confirm")
    assert Contact.objects.get().office == other
    assert upload(client, a_file(), office=TeamFactory(partner_office=True).pk).status_code == 422


def drop_for(client: Client, office: Team) -> ContactImport:
    upload(client, a_file(), office=office.pk)
    return ContactImport.objects.get()


def test_the_export_keeps_the_filters_of_the_list(hers, partner_office):
    ContactFactory(office=partner_office, name="Anne")
    ContactFactory(office=partner_office, name="Bruno", is_active=False)
    ContactFactory(name="Ailleurs")
    url = reverse("partners:contact_export")
    names = [line.split(";")[3] for line in hers.get(url).content.decode("utf-8-sig").splitlines()[1:]]
    assert names == ["Anne"]
    inactive = hers.get(url, {"etat": "inactifs", "format": "csv"}).content.decode("utf-8-sig")
    assert "Bruno" in inactive
    assert hers.get(url, {"format": "xlsx"}).content.startswith(b"PK")
    assert hers.get(url, {"q": "bruno"}).content.decode("utf-8-sig").count("\n") == 1


def test_the_pages_cost_the_same_whatever_the_number_of_lines(hers, queries_for):
    few = drop(hers)
    many = drop(hers, *(f"Caf;N{number};261910012;;" for number in range(60)))
    urls = [reverse("partners:import_preview", args=[batch.pk]) for batch in (few, many)]
    hers.get(urls[0])
    assert queries_for(lambda: hers.get(urls[0])) == queries_for(lambda: hers.get(urls[1])) <= 14
    before = queries_for(lambda: hers.get(HERE))
    for number in range(8):
        drop(hers, f"Caf;M{number};261910012;;")
    assert queries_for(lambda: hers.get(HERE)) == before


def test_nothing_of_a_file_is_taken_for_markup(hers):
    page = page_of(hers, drop(hers, "Caf;<b>x</b>;261910012;;", "<i>y</i>;Z;261910012;;"))
    assert "<b>x</b>" not in page
    assert "<i>y</i>" not in page


def test_the_command_reports_writes_and_is_safe_to_run_twice(partner_office, tmp_path, capsys):
    source = tmp_path / "caf.csv"
    source.write_bytes(a_file("Caf;Anne Dupont;261910012;;76540", "Caf;Sans Voie;;;"))
    call_command("import_contacts", source, "--dry-run")
    assert "rien n’a été écrit" in capsys.readouterr().out
    assert not Contact.objects.exists()
    call_command("import_contacts", source, "--format", "json")
    report = json.loads(capsys.readouterr().out)
    assert (report["created"], [one["row"] for one in report["refused"]]) == (1, [3])
    call_command("import_contacts", source)
    assert "créés\u00a0: 0, modifiés\u00a0: 0" in capsys.readouterr().out
    target = tmp_path / "export.xlsx"
    call_command("export_contacts", "--format", "xlsx", "--output", target)
    capsys.readouterr()
    call_command("import_contacts", target, "--format", "json")
    assert json.loads(capsys.readouterr().out)["unchanged_rows"] == 1
    TeamFactory(partner_office=True, name="Cellule de l’Eure")
    with pytest.raises(CommandError, match="--office"):
        call_command("import_contacts", source)


def test_what_the_command_wrote_is_undone_as_a_whole(hers, partner_office, tmp_path):
    source = tmp_path / "caf.csv"
    source.write_bytes(a_file("Caf;Anne Dupont;261910012;;76540", "Caf;Léa Roy;261910013;;"))
    call_command("import_contacts", source)
    call_command("import_contacts", source)
    batch = ContactImport.objects.get()
    assert "par la commande import_contacts" in hers.get(reverse("partners:imports")).content.decode()
    assert press(hers, batch, "undo") == ["L’import est annulé."]
    assert not Contact.objects.in_service().exists()
    assert batch.by == "Paula"


def test_old_previews_of_the_same_file_are_closed(hers):
    first, second = drop(hers), drop(hers)
    first.refresh_from_db()
    assert (first.state, second.state) == (ContactImportState.ABANDONED, ContactImportState.PREVIEW)
    assert second.lines.filter(kind=ContactLineKind.CREATED).count() == 1
    assert timezone.now() - second.uploaded_at < timedelta(minutes=5)
