"""Small invented files in the columns of the national list."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook

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


OF_2022 = (*COLUMNS[:18], "commentaire", "itinerance", "format_fs", "groupe", "labellisation")


def of_2022(**changes: str) -> str:
    """The ordinary row in the columns of 2022, with semicolons."""
    words = {"itinerance": "Non", "format_fs": "Site principal", "labellisation": ROW["labellisation_fs"]}
    row = ROW | words | changes
    written = [f'"{row.get(name, "")}"' for name in OF_2022]
    return ";".join(OF_2022) + "\r\n" + ";".join(written) + "\r\n"


def a_workbook(*changes: dict[str, object]) -> bytes:
    """The same as `a_file`, as Excel saves it; values may be numbers and days."""
    book, written = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(list(COLUMNS))
    for change in changes or ({},):
        row: dict[str, object] = ROW | change
        sheet.append([row[column] for column in COLUMNS])
    book.save(written)
    return written.getvalue()
