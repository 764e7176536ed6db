"""Small invented files in the columns of the national list."""

import csv
import io
from pathlib import Path

from structures.national_file import COLUMNS

# The official file, when it lies beside the project: too large and not ours to copy.
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "fs_76_20240801.csv"

ROW = {
    "id_fs": "9001",
    "insee_dep": "76",
    "lib_fs": "France services de l’Étang",
    "adresse": "1 place de la Mairie",
    "complement_adresse": "Bâtiment B",
    "insee_com": "76540",
    "code_postal": "76000",
    "lib_com": "Rouen",
    "latitude": "49.44",
    "longitude": "1.09",
    "mail": "etang@exemple.fr",
    "telephone": "02 61 91 00 30",
    "h_lundi": "09:00 - 12:00 / 13:30 - 17:00",
    "h_mardi": "09:00 - 12:00",
    "h_mercredi": "",
    "h_jeudi": "09:00 - 12:00",
    "h_vendredi": "09:00 - 12:00",
    "h_samedi": "",
    "prise_rdv": "Oui",
    "commentaire": "Sonner à gauche",
    "type_fs": "Principal",
    "format_fs": "Fixe",
    "groupe_fs": "",
    "labellisation_fs": "Espace labellisé 01/01/2020",
}


def a_file(*changes: dict[str, str], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    """A file with one row per set of changes to the ordinary row; one ordinary row without any."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, quoting=csv.QUOTE_ALL, extrasaction="ignore")
    writer.writeheader()
    for change in changes or ({},):
        writer.writerow(ROW | change)
    return text.getvalue()
