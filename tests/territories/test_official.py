"""Are official files of communes, intercommunalités and priority districts loaded as they are published?"""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from territories.actions import Tally, load_official, load_territories
from territories.models import Commune, Epci, PriorityDistrict
from tests.territories.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db

COMMUNES = "code_insee,nom_standard,population,superficie_km2,latitude_mairie,longitude_mairie,latitude_centre\n"
EPCIS = "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n"
DISTRICTS = "code_qp;lib_qp;insee_reg;lib_reg;insee_dep;lib_dep;insee_com;lib_com;siren_epci;lib_epci\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "officiel.csv"


@pytest.fixture(autouse=True)
def _places() -> None:
    CommuneFactory(rouen=True)
    CommuneFactory(elbeuf=True)
    CommuneFactory(dieppe=True, has_priority_district=True)


def run(*arguments: str) -> str:
    written = StringIO()
    call_command("import_territories", *arguments, stdout=written)
    return written.getvalue().replace("\u00a0", " ")


def district(code: str, name: str, communes: str) -> str:
    return f'{code};{name};28;Normandie;76;Seine-Maritime;"{communes}";;;\n'


def test_communes_are_created_and_changed_and_keep_what_the_file_does_not_say(path):
    rows = "76540,Rouen,118000,21.38,49.443,1.099,\n76899,Val-d'Étang,500,10,,0.5,49.6\n80021,Amiens,1,1,49,2,\n"
    path.write_text(COMMUNES + rows, "utf-8")
    said = run("--communes", str(path))
    assert said.splitlines()[:2] == [
        "Communes : 1 créée, 1 modifiée, 0 inchangée",
        "Hors du réseau, laissés de côté : 1",
    ]
    rouen, new = Commune.objects.get(pk="76540"), Commune.objects.get(pk="76899")
    assert (rouen.population, rouen.bank, rouen.epci_id) == (118_000, "right", "200023414")
    assert (new.name, new.plain_name, new.latitude, new.density) == ("Val-d’Étang", "val d etang", 49.6, 50.0)
    assert "Communes : 0 créée, 0 modifiée, 2 inchangées" in run("--communes", str(path))


def test_the_epci_of_each_known_commune_is_taken(path):
    rows = "76540;Rouen;200023414;Métropole Rouen;76;28\n76217;Dieppe;ZZZZZZZZZ;Sans objet;76;28\n"
    path.write_bytes((EPCIS + rows + "80021;Amiens;248000531;CA Amiens;80;32\n").encode("cp1252"))
    load = load_official(epcis=path)
    assert (load.epcis, load.communes_of_epcis) == (Tally(0, 1, 0), Tally(0, 1, 1))
    assert load.ignored == {"epcis": 1}
    assert Commune.objects.get(pk="76217").epci is None
    assert Epci.objects.get(pk="200023414").name == "Métropole Rouen"
    again = load_official(epcis=path)
    assert (again.epcis, again.communes_of_epcis) == (Tally(0, 0, 1), Tally(0, 0, 2))


def test_priority_districts_are_loaded_with_their_communes(path):
    rows = [
        district("QN07601M", "Grammont", '=""76540""'),
        district("QN07602M", "Les Deux Rives", "76540;76231"),
        district("QN08001M", "Ailleurs", "80021"),
    ]
    path.write_text(DISTRICTS + "".join(rows), "utf-8-sig")
    said = run("--priority-districts", str(path))
    assert said.splitlines() == [
        "Quartiers prioritaires : 2 créés, 0 modifié, 0 inchangé",
        "Hors du réseau, laissés de côté : 1",
        "Communes qui ont un quartier prioritaire : 2",
    ]
    both = PriorityDistrict.objects.get(pk="QN07602M")
    assert [commune.name for commune in both.communes.all()] == ["Elbeuf", "Rouen"]
    marked = Commune.objects.filter(has_priority_district=True)
    assert [commune.name for commune in marked] == ["Elbeuf", "Rouen"]
    assert load_official(priority_districts=path).priority_districts == Tally(0, 0, 2)


def test_a_new_list_ends_what_it_no_longer_cites_in_its_departements_only(path):
    elsewhere = CommuneFactory(insee="80021", name="Amiens", departement=DepartementFactory(code="80"))
    path.write_text(DISTRICTS + district("QN08001M", "Nord", elsewhere.pk), "utf-8")
    load_official(priority_districts=path)
    path.write_text(DISTRICTS + district("QN07601M", "A", "76540") + district("QN07602M", "B", "76231"), "utf-8")
    load_official(priority_districts=path)
    path.write_text(DISTRICTS + district("QN07601M", "A", "76217"), "utf-8")
    assert load_official(priority_districts=path).priority_districts == Tally(created=0, changed=2, unchanged=0)
    in_force = PriorityDistrict.objects.filter(is_in_force=True)
    assert [found.code for found in in_force] == ["QN07601M", "QN08001M"]
    marked = Commune.objects.filter(has_priority_district=True)
    assert [commune.name for commune in marked] == ["Amiens", "Dieppe"]
    path.write_text(DISTRICTS + district("QN07601M", "A", "76217") + district("QN07602M", "B", "76231"), "utf-8")
    load_official(priority_districts=path)
    assert PriorityDistrict.objects.get(pk="QN07602M").is_in_force


def test_the_folder_does_not_contradict_the_official_list(path):
    load_territories()
    path.write_text(DISTRICTS + district("QN07601M", "Grammont", "76540"), "utf-8")
    load_official(priority_districts=path)
    assert load_territories().communes == Tally(created=0, changed=0, unchanged=707)
    assert Commune.objects.filter(has_priority_district=True).count() == 1


def test_the_counts_are_given_in_json_too(path):
    path.write_text(DISTRICTS + district("QN07601M", "Grammont", "76540"), "utf-8")
    counts = json.loads(run("--priority-districts", str(path), "--format", "json"))
    assert counts["priority_districts"] == {"created": 1, "changed": 0, "unchanged": 0}
    assert counts["communes"] is None


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        ("--communes", "nom,population\n", "la colonne « insee » manque (noms acceptés : insee, code_insee"),
        ("--communes", COMMUNES, "le fichier n’a aucune ligne après les titres"),
        ("--communes", COMMUNES + "76540,Rouen,beaucoup,2,49,1,\n", "ligne 2, colonne « population » : nombre attendu"),
        ("--communes", COMMUNES + "76540,Rouen,5,2,99,1,\n", "ligne 2, colonne « latitude_mairie » : nombre hors"),
        ("--communes", COMMUNES + "rouen,Rouen,5,2,49,1,\n", "colonne « code_insee » : code non reconnu « rouen »"),
        ("--epci", EPCIS + "76540;Rouen;12;Métropole;76;28\n", "ligne 2, colonne « epci » : code non reconnu « 12 »"),
        ("--epci", EPCIS + "76540;Rouen;200023414;;76;28\n", "colonne « libepci » : la valeur manque"),
        ("--priority-districts", DISTRICTS + district("76", "A", "76540"), "colonne « code_qp » : code non reconnu"),
        ("--priority-districts", DISTRICTS + district("QN07601M", "A", "765"), "colonne « insee_com » : code non"),
        ("--priority-districts", DISTRICTS + district("QN07601M", "", "76540"), "colonne « lib_qp » : la valeur"),
        ("--priority-districts", DISTRICTS + district("QN07601M", "A", ""), "colonne « insee_com » : code non"),
        ("--epci", "PK\x03\x04", "ce n’est pas du texte"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_its_own_name_of_the_column(path, option, text, complaint):
    path.write_text(text, "utf-8")
    before = list(Commune.objects.values())
    with pytest.raises(CommandError) as refusal:
        run(option, str(path))
    assert complaint in str(refusal.value).replace("\u00a0", " ")
    assert list(Commune.objects.values()) == before
    assert not PriorityDistrict.objects.exists()


def test_an_absent_file_and_an_empty_base_are_said(path):
    with pytest.raises(CommandError, match="n’existe pas"):
        run("--epci", str(path))
    Commune.objects.all().delete()
    for departement in DepartementFactory._meta.model.objects.all():
        departement.arrondissements.all().delete()
        departement.delete()
    with pytest.raises(CommandError, match="lancez d’abord la commande sans option"):
        run("--communes", str(path))
