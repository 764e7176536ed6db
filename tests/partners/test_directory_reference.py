"""Does the search of the directory find what a reading of every row, one by one, finds?"""

import random

import pytest
from django.utils import timezone

from partners.directory import CONTACTS_SHOWN, search_directory
from partners.models import Contact, Operator, Procedure
from partners.reach import ELSEWHERE, covering, reach_of
from partners.search import look_up
from territories.models import Commune
from territories.spelling import matches, query_words
from tests.accounts.factories import TeamFactory
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import ArrondissementFactory, CommuneFactory, EpciFactory

WORDS = ("carte", "grise", "logement", "retraite", "Éloïse", "Saint-Jean", "santé", "havre", "dubois", "impôt")
TYPED = (
    *WORDS,
    "caf",
    "cart",
    "st jean",
    "e",
    "carte havre",
    "grise caf",
    "grsie",
    "lgement",
    "rien de tel",
    "l’impôt",
)


def _fill(chance: random.Random) -> list[Commune]:
    communes: list[Commune] = [CommuneFactory(name=name) for name in ("Le Havre", "Saint-Jean", "Dubois-la-Carte")]
    communes.append(CommuneFactory(name="Seule", epci=EpciFactory(), arrondissement=ArrondissementFactory()))
    office = TeamFactory(partner_office=True)
    for name in ("Caf", "Assurance santé", "Retraite"):
        operator = OperatorFactory(name=name)
        procedures = [ProcedureFactory(operator=operator, name=_words(chance)) for _ in range(4)]
        for _ in range(9):
            contact = ContactFactory(operator=operator, name=_words(chance), office=office)
            for area in chance.sample(_areas(communes), chance.randrange(3)):
                rule = {"departement_id": None} | area
                RuleFactory(contact=contact, procedure=chance.choice([None, *procedures]), **rule)
    return communes


def _words(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, chance.randrange(1, 4)))


def _areas(communes: list[Commune]) -> list[dict[str, str | None]]:
    areas: list[dict[str, str | None]] = [{"commune_id": commune.pk} for commune in communes]
    areas += [{"epci_id": row.epci_id} for row in communes]
    areas += [{"arrondissement_id": row.arrondissement_id} for row in communes]
    areas += [{"departement_id": row.departement_id} for row in communes]
    unique = {tuple(area.items()): area for area in areas if None not in area.values()}
    return list(unique.values())


def _reach(contact: Contact, commune: Commune) -> int:
    here = ("commune_id", commune.pk), ("epci_id", commune.epci_id), ("arrondissement_id", commune.arrondissement_id)
    areas = (*here, ("departement_id", commune.departement_id))
    found = [
        reach
        for rule in contact.rules.all()
        for reach, (name, key) in enumerate(areas)
        if key is not None and getattr(rule, name) == key
    ]
    return min(found, default=ELSEWHERE)


def _is_found(contact: Contact, text: str, procedures: list[Procedure]) -> bool:
    said = [contact.operator.name, contact.name, contact.body, contact.function]
    if matches(text, contact.operator.name):
        return True
    rules = list(contact.rules.all())
    asked, operators = {row.pk for row in procedures}, {row.operator_id for row in procedures}
    if any(rule.procedure_id in asked for rule in rules):
        return True
    if contact.operator_id in operators and any(rule.procedure_id is None for rule in rules):
        return True
    places = [str(place.name) for rule in rules if (place := rule.territory) and not rule.departement_id]
    return bool(query_words(text)) and all(
        matches(word, " ".join(said)) or (len(word) >= 3 and any(matches(word, place) for place in places))
        for word in query_words(text)
    )


def _by_reading_every_row(text: str, commune: Commune, procedures: list[Procedure]) -> dict[int, tuple[list[int], int]]:
    found: dict[int, tuple[list[int], int]] = {}
    for operator in Operator.objects.all():
        rows = [row for row in operator.contacts.all() if _is_found(row, text, procedures)]
        rows.sort(key=lambda row: (_reach(row, commune), row.plain_name, row.pk))
        if rows:
            found[operator.pk] = [row.pk for row in rows[:CONTACTS_SHOWN]], len(rows)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_the_search_finds_what_reading_every_row_finds(seed: int) -> None:
    chance, now = random.Random(seed), timezone.now()
    communes = _fill(chance)
    offices = set(Contact.objects.values_list("office_id", flat=True))
    for text in TYPED:
        commune = chance.choice(communes)
        directory = search_directory(text, now, offices=offices, commune=commune)
        read = directory.reading or text
        close = look_up(text, 40)
        procedures = close.procedures if directory.reading or not close.is_close else []
        found = {
            sheet.operator.pk: ([row.contact.pk for row in sheet.contacts], sheet.contacts_count)
            for sheet in directory.operators
            if sheet.contacts
        }
        assert found == _by_reading_every_row(read, commune, procedures), (text, read)


@pytest.mark.django_db
def test_who_covers_a_commune_is_the_same_in_the_query_and_in_memory() -> None:
    communes = _fill(random.Random(7))
    everyone = list(Contact.objects.values_list("pk", flat=True))
    for commune in communes:
        ranked = Contact.objects.annotate(reach=reach_of(commune)).values_list("pk", "reach")
        expected = {pk: reach for pk, reach in ranked if reach != ELSEWHERE}
        assert covering(commune, everyone) == expected
        assert covering(commune, range(5_000)) == expected
    assert covering(None, everyone) == {}
