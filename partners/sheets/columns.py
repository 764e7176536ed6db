"""Which columns does a spreadsheet of contacts and rules have, under which titles?"""

from dataclasses import dataclass

from territories.spelling import plain


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the field of the row forms; `also` are other titles that people give it."""

    name: str
    title: str
    also: tuple[str, ...] = ()


CONTACT = (
    Column("operator", "Opérateur"),
    Column("body", "Organisme", ("Caisse",)),
    Column("kind", "Nature"),
    Column("name", "Nom", ("Personne ou service", "Interlocuteur", "Nom et prénom")),
    Column("function", "Fonction"),
    Column("phone", "Téléphone", ("Tél", "Numéro de téléphone")),
    Column("direct_phone", "Ligne directe", ("Téléphone direct",)),
    Column("mail", "Courriel", ("Mail", "E-mail", "Email", "Adresse électronique", "Adresse mail")),
    Column("absent_from", "Absent du"),
    Column("absent_until", "Absent jusqu’au", ("Absent au",)),
    Column("stand_in", "Remplacé par", ("Remplaçant",)),
    Column("checked_on", "Vérifié le", ("Fiche vérifiée le",)),
    Column("note", "À savoir", ("Note", "Commentaire")),
    Column("is_active", "En service", ("Actif",)),
)
RULE = (
    Column("procedure", "Démarche"),
    Column("area_kind", "Territoire (nature)"),
    Column("area", "Territoire (code ou nom)", ("Territoire",)),
    Column("blocker", "Ce qui bloque", ("Blocage",)),
    Column("rule_note", "Précision", ("Précision de territoire",)),
    Column("priority", "Priorité"),
)
IDENTIFIER = Column("identifier", "Identifiant")
COLUMNS = (*CONTACT, *RULE, IDENTIFIER)
NEEDED = ("operator", "name")

TITLES = {column.name: column.title for column in COLUMNS}
CONTACT_NAMES = tuple(column.name for column in CONTACT)
RULE_NAMES = tuple(column.name for column in RULE)
TELLING_APART = frozenset({"operator", "body", "name"})
"""What a further row of the same contact has to repeat; the rest of its cells may stay empty."""

_BY_TITLE = {plain(title): column.name for column in COLUMNS for title in (column.title, *column.also)}


def column_of(title: str) -> str | None:
    """The column that a title names, whatever its accents, capitals and signs."""
    return _BY_TITLE.get(plain(title))
