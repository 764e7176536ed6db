"""Which edition of the national list has these column titles, and how does each name a thing?

Pure. Read on the files that the ANCT published under Licence Ouverte 2.0 (« Liste des structures France services »,
data.gouv.fr): the edition of 2024 on that of 1 August 2024, the edition of 2022 on that of 1 December 2022, which the
national map of digital mediation kept among its inputs. In 2022 « itinerance » (Oui, Non) stood for the format, whose
name was given to the role of the site (« Site principal », « Antenne »), and nothing said whether one books.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from territories.spelling import plain

COLUMNS = (
    "id_fs",
    "insee_dep",
    "lib_fs",
    "adresse",
    "complement_adresse",
    "insee_com",
    "code_postal",
    "lib_com",
    "latitude",
    "longitude",
    "mail",
    "telephone",
    "h_lundi",
    "h_mardi",
    "h_mercredi",
    "h_jeudi",
    "h_vendredi",
    "h_samedi",
    "prise_rdv",
    "commentaire",
    "type_fs",
    "format_fs",
    "groupe_fs",
    "labellisation_fs",
)
_OF_2022 = {
    "format_fs": "type_fs",
    "itinerance": "format_fs",
    "groupe": "groupe_fs",
    "labellisation": "labellisation_fs",
}


@dataclass(frozen=True, slots=True)
class Edition:
    """`columns`: its title → ours. `values`: our column → its word → ours. `vague`: ours that it tells less well."""

    name: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    vague: frozenset[str] = frozenset()

    @property
    def lacking(self) -> frozenset[str]:
        """Our columns of which it says nothing: they are not compared."""
        return frozenset(COLUMNS) - set(self.columns.values())

    def missing(self, titles: Sequence[str]) -> list[str]:
        """Its own titles that a header does not have, in its order."""
        return [title for title in self.columns if title not in titles]

    def cells(self, titles: Sequence[str], row: Sequence[str]) -> dict[str, str]:
        """One row under our columns and in our words; what the edition lacks is empty."""
        found = dict.fromkeys(COLUMNS, "")
        for title, cell in zip(titles, row, strict=True):
            if column := self.columns.get(title):
                found[column] = self.values.get(column, {}).get(plain(cell), cell)
        return found


EDITION_2024 = Edition("2024", {column: column for column in COLUMNS})
EDITION_2022 = Edition(
    "2022",
    {column: column for column in COLUMNS[:18]} | {"commentaire": "commentaire"} | _OF_2022,
    values={
        "type_fs": {"site principal": "Principal"},
        "format_fs": {"oui": "Itinérant", "non": "Fixe", "": "Fixe"},
    },
    # A fixed site whose counsellors also go round was « Oui », like a bus.
    vague=frozenset({"format_fs"}),
)
EDITIONS = (EDITION_2024, EDITION_2022)
TITLES = frozenset(title for edition in EDITIONS for title in edition.columns)


def spelled(title: str) -> str:
    """A title whatever its accents, capitals, blanks and underscores: « Code Postal » gives « code_postal »."""
    return plain(title.replace("_", " ")).replace(" ", "_")


def recognise(titles: Sequence[str]) -> Edition:
    """The edition whose columns are most nearly all there; the latest one when two are as near."""
    return min(EDITIONS, key=lambda edition: len(edition.missing(titles)))
