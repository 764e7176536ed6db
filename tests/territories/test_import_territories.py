"""Do the territory files become rows, twice in a row without change, and do bad files say what is wrong?"""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from territories.actions import DATA_FOLDER, Tally, load_territories
from territories.models import Arrondissement, Bank, Commune, Departement, Epci, PostalCode

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    written = StringIO()
    call_command("import_territories", *arguments, stdout=written)
    return written.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_whole_departement_is_loaded() -> None:
    load_territories()
    counts = [kind.objects.count() for kind in (Departement, Arrondissement, Epci, Commune, PostalCode)]
    assert counts == [1, 3, 19, 707, 716]
    rouen = Commune.objects.get(insee="76540")
    assert (rouen.name, rouen.population, rouen.bank, rouen.has_priority_district) == (
        "Rouen",
        117_662,
        Bank.RIGHT,
        True,
    )
    assert [code.code for code in rouen.postal_codes.all()] == ["76000", "76100"]
    assert (str(rouen.departement), str(rouen.arrondissement), str(rouen.epci)) == (
        "Seine-Maritime",
        "Rouen",
        "Métropole Rouen Normandie",
    )


def test_every_commune_has_an_arrondissement_an_epci_and_a_postcode() -> None:
    load_territories()
    assert not Commune.objects.filter(arrondissement=None).exists()
    assert not Commune.objects.filter(epci=None).exists()
    assert not Commune.objects.filter(postal_codes=None).exists()
    assert Commune.objects.filter(has_priority_district=True).count() == 20
    assert Commune.objects.filter(bank=Bank.LEFT).count() == 23


def test_names_have_french_apostrophes_and_are_sorted_without_accents() -> None:
    load_territories()
    assert not Commune.objects.filter(name__contains="'").exists()
    assert Commune.objects.get(insee="76305").name == "Gonfreville-l’Orcher"
    found = list(Commune.objects.filter(name__in=["Étretat", "Eu", "Fécamp"]))
    assert [commune.name for commune in found] == ["Étretat", "Eu", "Fécamp"]


def test_a_second_load_changes_nothing() -> None:
    load_territories()
    load = load_territories()
    assert load.communes == Tally(created=0, changed=0, unchanged=707)
    assert load.postal_codes == Tally(created=0, changed=0, unchanged=716)
    assert load.epcis == Tally(created=0, changed=0, unchanged=19)


def test_a_new_edition_changes_only_what_differs_and_deletes_nothing(folder: Path) -> None:
    load_territories(folder)
    edit(folder / "communes_76.csv", "76540,Rouen,117662", "76540,Rouen-sur-Seine,118000")
    edit(folder / "communes_76.csv", "76217,Dieppe,", "76899,Dieppe-Neuve,")
    edit(folder / "commune_arrondissements_76.csv", "76217,", "76899,")
    edit(folder / "priority_district_communes_76.csv", "76217,", "76899,")
    (folder / "postal_codes_76.csv").write_text("insee,code\n76540,76999\n", "utf-8")
    load = load_territories(folder)
    assert load.communes == Tally(created=1, changed=1, unchanged=705)
    assert load.postal_codes == Tally(created=1, changed=0, unchanged=0)
    rouen = Commune.objects.get(insee="76540")
    assert (rouen.name, rouen.plain_name, rouen.population) == ("Rouen-sur-Seine", "rouen sur seine", 118_000)
    assert Commune.objects.filter(insee="76217").exists()
    assert rouen.postal_codes.count() == 3


def test_a_load_writes_in_batches(queries_for: Callable[[Callable[[], object]], int]) -> None:
    assert queries_for(load_territories) < 40
    assert queries_for(load_territories) < 20


def test_the_command_counts_in_french() -> None:
    assert run().splitlines() == [
        "Départements\u00a0: 1 créé, 0 modifié, 0 inchangé",
        "Arrondissements\u00a0: 3 créés, 0 modifié, 0 inchangé",
        "Intercommunalités\u00a0: 19 créées, 0 modifiée, 0 inchangée",
        "Communes\u00a0: 707 créées, 0 modifiée, 0 inchangée",
        "Codes postaux\u00a0: 716 créés, 0 modifié, 0 inchangé",
        "Communes qui ont un quartier prioritaire\u00a0: 20",
    ]


def test_the_command_counts_in_json() -> None:
    run()
    counts = json.loads(run("--format", "json"))
    assert counts["communes"] == {"created": 0, "changed": 0, "unchanged": 707}
    assert set(counts) == {"departements", "arrondissements", "epcis", "communes", "postal_codes"}


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "communes_76.csv",
            ",population,",
            ",peuple,",
            "communes_76.csv\u00a0: la colonne «\u00a0population\u00a0» manque.",
        ),
        (
            "communes_76.csv",
            "Alvimare,584",
            "Alvimare,-584",
            "communes_76.csv, ligne 3, colonne «\u00a0population\u00a0»\u00a0: nombre hors limites «\u00a0-584\u00a0».",
        ),
        ("communes_76.csv", "Alvimare,584", "Alvimare,beaucoup", "nombre attendu, et non «\u00a0beaucoup\u00a0»"),
        ("communes_76.csv", "Alvimare,584", "Alvimare,nan", "nombre hors limites"),
        ("communes_76.csv", "76002,", "7602,", "code non reconnu «\u00a07602\u00a0»"),
        ("communes_76.csv", "76002,", "27002,", "le département 27 n’est pas dans departements.csv"),
        ("communes_76.csv", "0.62986,49.60409,mairie,D", "0.62986,49.60409,mairie,X", "D, G ou rien attendu"),
        ("communes_76.csv", ",49.60409,mairie", ",149.60409,mairie", "colonne «\u00a0lat\u00a0»"),
        ("communes_76.csv", "76002,Alvimare", "76002,", "la valeur manque"),
        ("postal_codes_76.csv", "76540,76000", "99999,76000", "code inconnu «\u00a099999\u00a0»"),
        ("postal_codes_76.csv", "76540,76000", "76540,7600", "code non reconnu «\u00a07600\u00a0»"),
        ("commune_arrondissements_76.csv", "76540,763", "76540,799", "code inconnu «\u00a0799\u00a0»"),
        ("priority_district_communes_76.csv", "76540,Rouen", "99999,Rouen", "code inconnu «\u00a099999\u00a0»"),
        ("priority_district_communes_76.csv", "Rouen,117662,1,1", "Rouen,117662,1,oui", "0 ou 1 attendu"),
        ("arrondissements_76.csv", "763,Rouen,76", "763,Rouen,80", "code inconnu «\u00a080\u00a0»"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_column_and_nothing_is_written(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    edit(folder / file, old, new)
    with pytest.raises(CommandError) as refusal:
        run("--folder", str(folder))
    assert complaint in str(refusal.value)
    assert not Departement.objects.exists()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "departements.csv").unlink()
    with pytest.raises(CommandError, match=r"Aucun fichier .+departements\.csv"):
        run("--folder", str(folder))


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "departements.csv").write_bytes("code,nom\n76,Seine-Maritime é\n".encode("latin-1"))
    with pytest.raises(CommandError, match="n’est pas en UTF-8"):
        run("--folder", str(folder))
