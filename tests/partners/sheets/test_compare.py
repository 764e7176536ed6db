"""Does a preview say what its file would create, change and refuse, and does an export come back alike?"""

import io
from datetime import date

import pytest

from accounts.models import Team
from partners.models import ContactKind, ContactLineKind
from partners.sheets.columns import COLUMNS
from partners.sheets.compare import Preview, compare
from partners.sheets.export import export
from partners.sheets.known import Known
from partners.sheets.reading import read
from tests.partners.factories import BlockerFactory, ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory, DepartementFactory, EpciFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _places() -> None:
    DepartementFactory()
    EpciFactory()
    CommuneFactory(rouen=True)
    CommuneFactory(dieppe=True)
    ProcedureFactory(
        operator=OperatorFactory(code="CAF", name="Caf"), code="RSA", name="Revenu de solidarité active", synonyms="RSA"
    )
    ProcedureFactory(operator=OperatorFactory(code="CPAM", name="Assurance Maladie"), code="CV", name="Carte Vitale")


def look(office: Team, text: str | bytes) -> Preview:
    content = text if isinstance(text, bytes) else text.encode()
    return compare(read(io.BytesIO(content)), Known([office]), today=TODAY)


def row(**cells: str) -> str:
    """A whole file of one row, with these titles."""
    return rows([cells])


def rows(lines: list[dict[str, str]]) -> str:
    titles = list(dict.fromkeys(title for line in lines for title in line))
    return "\n".join([";".join(titles), *(";".join(line.get(title, "") for title in titles) for line in lines)])


NEW = {"Opérateur": "Caf", "Nom": "Anne Dupont", "Téléphone": "02 61 91 00 12"}


def refusal(preview: Preview) -> list[tuple[int, str, str]]:
    return [
        (line.number, problem["column"], problem["reason"].replace("\u00a0", " "))
        for line in preview.of(ContactLineKind.REFUSED)
        for problem in line.problems
    ]


def test_a_new_contact_with_two_rules_is_one_line(partner_office):
    preview = look(
        partner_office,
        rows(
            [
                {**NEW, "Démarche": "rsa", "Territoire (nature)": "Commune", "Territoire (code ou nom)": "Rouen"},
                {**NEW, "Démarche": "", "Territoire (nature)": "", "Territoire (code ou nom)": "76217"},
            ]
        ),
    )
    [line] = preview.lines
    assert line.kind == ContactLineKind.CREATED
    assert line.values["rows"] == [2, 3]
    assert line.values["contact"]["phone"] == "02 61 91 00 12"
    assert [rule["area"] for rule in line.values["rules"]] == ["commune:76217", "commune:76540"]
    assert {"label": "Règle", "before": "", "after": "toutes les démarches – Dieppe, priorité 5"} in line.differences


@pytest.mark.parametrize(
    "typed", ["261910012", "+33 2 61 91 00 12", "33261910012", "02.61.91.00.12", "0033261910012", "02\u00a061 91 0012"]
)
def test_a_phone_is_read_as_spreadsheets_leave_it(partner_office, typed):
    [line] = look(partner_office, row(**NEW | {"Téléphone": typed})).lines
    assert line.values["contact"]["phone"] == "02 61 91 00 12"


@pytest.mark.parametrize(
    "typed", ["24/11/2026", "24-11-26", "46350", "2026-11-24", "24.11.2026", "24/11/2026 00:00:00"]
)
def test_a_day_is_read_as_spreadsheets_leave_it(partner_office, typed):
    [line] = look(partner_office, row(**NEW, **{"Absent du": typed, "Absent jusqu'au": "30/11/2026"})).lines
    assert line.values["contact"]["absent_from"] == "2026-11-24"


@pytest.mark.parametrize(("typed", "active"), [("oui", True), ("X", True), ("non", False), ("", True)])
def test_in_service_is_read_as_people_say_it(partner_office, typed, active):
    [line] = look(partner_office, row(**NEW, **{"En service": typed})).lines
    assert line.values["contact"]["is_active"] is active


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_spreadsheet_saves_a_file_that_is_read(partner_office, encoding, separator):
    text = row(**NEW | {"Nom": "Chloé Lefèvre"}).replace(";", separator)
    [line] = look(partner_office, text.encode(encoding)).lines
    assert (line.kind, line.name) == (ContactLineKind.CREATED, "Chloé Lefèvre")


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"Téléphone": ""}, "Téléphone", "Donnez un téléphone ou une adresse électronique."),
        ({"Téléphone": "12"}, "Téléphone", "Ce numéro n’est pas reconnu"),
        ({"Opérateur": "Cef"}, "Opérateur", "Vouliez-vous dire « Caf » ?"),
        ({"Nom": ""}, "Nom", "Donnez le nom"),
        ({"Courriel": "anne"}, "Courriel", "adresse"),
        ({"Démarche": "Carte Vital", "Territoire": "76540", "Opérateur": "CPAM"}, "Démarche", "« Carte Vitale » ?"),
        ({"Territoire": "Rouen"}, "Territoire (code ou nom)", "donnez sa nature (Commune ou Arrondissement)"),
        ({"Démarche": "Carte Vitale", "Territoire": "76540"}, "Démarche", "n’est pas une démarche de cet opérateur"),
        ({"Démarche": "RSA"}, "Territoire (code ou nom)", "Donnez le territoire"),
        ({"Territoire": "Roune"}, "Territoire (code ou nom)", "Vouliez-vous dire « Rouen » ?"),
        ({"Territoire": "76540", "Priorité": "12"}, "Priorité", "de 1 à 9"),
        ({"Absent du": "30/11/2026", "Absent jusqu’au": "24/11/2026"}, "Absent jusqu’au", "finit avant de commencer"),
        ({"Absent du": "31/11/2026"}, "Absent du", "n’est pas une date"),
        ({"Absent du": "01/12/2026", "Absent jusqu’au": "31/12/9999"}, "Absent jusqu’au", "est trop loin"),
        ({"Vérifié le": "24/11/2026"}, "Vérifié le", "à venir"),
        ({"Remplacé par": "Zoé"}, "Remplacé par", "n’est pas un interlocuteur"),
        ({"Remplacé par": "Anne Dupont"}, "Remplacé par", "soi-même"),
        ({"Identifiant": "999999"}, "Identifiant", "Aucune de vos fiches"),
        ({"À savoir": "son numéro : 1 84 12 76 451 089 46"}, "À savoir", "numéro de sécurité sociale"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_refused_with_its_row_its_column_and_a_reason(partner_office, changes, column, reason):
    preview = look(partner_office, rows([NEW | {"Nom": "Paul Bon"}, NEW | changes]))
    [(number, said_column, said)] = refusal(preview)
    assert (number, said_column) == (3, column)
    assert reason in said
    assert len(preview.of(ContactLineKind.CREATED)) == 1


def test_the_same_row_twice_is_refused_the_second_time(partner_office):
    preview = look(partner_office, rows([NEW, NEW, NEW | {"Fonction": "cheffe"}]))
    assert refusal(preview) == [
        (3, "", "Cette ligne répète la ligne 2."),
        (4, "Fonction", "La ligne 2 dit autre chose de cet interlocuteur dans cette colonne."),
    ]


def test_stand_ins_of_the_file_come_first_and_never_turn_in_a_circle(partner_office):
    one, two, three = (
        {**NEW, "Nom": name, "Remplacé par": by} for name, by in [("A A", "B B"), ("B B", "C C"), ("C C", "")]
    )
    preview = look(partner_office, rows([one, two, three]))
    assert [line.name for line in preview.lines] == ["C C", "B B", "A A"]
    assert preview.lines[2].values["contact"]["stand_in"] == {"line": 3, "name": "B B"}
    preview = look(partner_office, rows([one, two, three | {"Remplacé par": "A A"}]))
    assert [number for number, column, said in refusal(preview) if "on revient" in said] == [2, 3, 4]


def test_a_stored_contact_is_found_by_its_name_and_only_what_is_said_changes(partner_office):
    contact = ContactFactory(
        office=partner_office, operator=OperatorFactory(code="CAF"), name="Anne Dupont", function="cheffe", mail=""
    )
    RuleFactory(contact=contact)
    [line] = look(partner_office, row(**NEW, Territoire="76540")).lines
    assert line.contact_id == contact.pk
    assert [(one["label"], one["before"], one["after"]) for one in line.differences] == [
        ("Téléphone", "02 61 91 00 20", "02 61 91 00 12"),
        ("Règle", "", "toutes les démarches – Rouen, priorité 5"),
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_imported_again_changes_nothing(partner_office, kind):
    twins = [
        ContactFactory(office=partner_office, name="Service des fraudes", operator=OperatorFactory(code="CAF"))
        for _ in range(2)
    ]
    contact = ContactFactory(
        office=partner_office,
        operator=OperatorFactory(code="CAF"),
        name="=1+1",
        kind=ContactKind.DESK,
        note="Rappelle vite.\r\nDemander «\u00a0Léa\u00a0»; '=2+2",
        absent_from=date(2026, 11, 24),
        absent_until=date(2026, 11, 30),
        checked_on=date(2026, 1, 2),
        stand_in=twins[0],
        phone="",
        is_active=False,
    )
    RuleFactory(contact=contact, blocker=BlockerFactory(), note="le quai; le port", priority=2)
    RuleFactory(contact=contact, departement_id=None, commune_id="76540")
    RuleFactory(contact=twins[0], departement_id=None, epci_id="200023414")
    pks = [contact.pk, *(twin.pk for twin in twins)]
    content = export(pks, offices=[partner_office], kind=kind)
    preview = look(partner_office, content)
    assert [(line.differences, line.problems) for line in preview.lines] == []
    assert (preview.read, preview.unchanged) == (4, 4)


def test_a_row_taken_out_of_an_export_takes_the_rule_away_but_a_refused_one_does_not(partner_office):
    contact = ContactFactory(office=partner_office)
    RuleFactory(contact=contact)
    RuleFactory(contact=contact, departement_id=None, commune_id="76540")
    lines = export([contact.pk], offices=[partner_office], kind="csv").decode("utf-8-sig").splitlines()
    [line] = look(partner_office, "\n".join(lines[:2])).lines
    assert [one["after"] for one in line.differences] == [""]
    broken = lines[2].replace("Rouen", "Ailleurs").replace("Seine-Maritime", "Ailleurs")
    preview = look(partner_office, "\n".join([*lines[:2], broken]))
    assert [line.kind for line in preview.lines] == [ContactLineKind.REFUSED]


def test_another_office_s_contacts_are_neither_changed_nor_shown(partner_office):
    foreign = ContactFactory(name="Anne Dupont", operator=OperatorFactory(code="CAF"))
    [line] = look(partner_office, row(**NEW)).lines
    assert line.kind == ContactLineKind.CREATED
    assert refusal(look(partner_office, row(**NEW, Identifiant=str(foreign.pk))))[0][1] == "Identifiant"
    assert export([foreign.pk], offices=[partner_office], kind="csv").decode("utf-8-sig").splitlines() == [
        ";".join(column.title for column in COLUMNS)
    ]


def test_a_preview_costs_the_same_statements_whatever_its_rows(partner_office, queries_for):
    few, many = (rows([NEW | {"Nom": f"N{number}"} for number in range(count)]) for count in (1, 100))
    assert queries_for(lambda: look(partner_office, few)) == queries_for(lambda: look(partner_office, many)) <= 10
