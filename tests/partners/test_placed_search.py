"""A démarche and a place typed in one box: what is read, in which order, and that it costs nothing when not needed."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.directory import search_directory
from partners.directory_page import Directory, Placed
from partners.models import Contact
from partners.placed_search import readings_with_place, search_with_place
from structures.models import Structure
from territories.actions import load_territories
from territories.models import Commune, PostalCode
from territories.spelling import plain
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db

URL = "/annuaire/"


@pytest.fixture
def places(db: None) -> None:
    CommuneFactory(le_havre=True)
    CommuneFactory(elbeuf=True)
    rouen = CommuneFactory(rouen=True)
    PostalCode.objects.create(code="76000", commune=rouen)
    for name in ("Elbeuf-en-Bray", "Mont-Saint-Aignan", "Saint-Aignan-sur-Ry", "Eu", "Sotteville-lès-Rouen"):
        CommuneFactory(name=name)
    CommuneFactory(name="Sotteville-sur-Mer")


@pytest.fixture
def vitale(places: None) -> Contact:
    """Two contacts answer for the Carte Vitale; only the second one, by name, covers Le Havre."""
    operator = OperatorFactory(name="Assurance maladie", synonyms="CPAM")
    procedure = ProcedureFactory(operator=operator, name="Carte Vitale")
    first = ContactFactory(operator=operator, name="Ada")
    RuleFactory(contact=first, procedure=procedure, departement_id=None, commune=Commune.objects.get(name="Rouen"))
    second: Contact = ContactFactory(operator=operator, name="Zoé", office=first.office)
    RuleFactory(contact=second, procedure=procedure, departement_id=None, commune=Commune.objects.get(name="Le Havre"))
    return second


def search(text: str, **more: Any) -> Directory:
    offices = set(Contact.objects.values_list("office_id", flat=True))
    return search_with_place(text, timezone.now(), offices=offices, **more)


def read(text: str) -> list[tuple[str, str]]:
    return [(placed.words, placed.commune.name) for placed in readings_with_place(text)]


@pytest.mark.parametrize(
    ("text", "words", "commune"),
    [
        ("carte vitale havre", "carte vitale", "Le Havre"),
        ("carte vitale le havre", "carte vitale", "Le Havre"),
        ("apl elbeuf", "apl", "Elbeuf"),
        ("elbeuf apl", "apl", "Elbeuf"),
        ("Au Havre : carte grise", "carte grise", "Le Havre"),
        ("carte vitale à Elbeuf", "carte vitale", "Elbeuf"),
        ("APL, Elbeuf", "APL", "Elbeuf"),
        ("rsa - mont st aignan", "rsa", "Mont-Saint-Aignan"),
        ("rsa 76000", "rsa", "Rouen"),
        ("rsa eu", "rsa", "Eu"),
        ("rsa mont-saint", "rsa", "Mont-Saint-Aignan"),
        ("rsa dans le Havre", "rsa", "Le Havre"),
    ],
)
def test_the_last_or_the_first_words_are_read_as_the_commune_that_they_name(
    places: None, text: str, words: str, commune: str
) -> None:
    assert read(text)[:1] == [(words, commune)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "havre",
        "le havre",
        "à elbeuf",
        "carte vitale",
        "apl sotteville",
        "apl hav",
        "apl 76",
        "apl 7600",
        "apl le",
        "carte havre grise",
        "apl ille",
        "- elbeuf",
        "x " * 60,
    ],
)
def test_what_names_no_commune_or_several_or_nothing_else_is_left_alone(places: None, text: str) -> None:
    assert read(text) == []


def test_the_rest_is_searched_for_that_commune(vitale: Contact) -> None:
    found = search("carte vitale havre", commune=Commune.objects.get(name="Rouen"))
    assert found.placed == Placed("carte vitale", Commune.objects.get(name="Le Havre"))
    [sheet] = found.operators
    assert [row.name for row in sheet.procedures] == ["Carte Vitale"]
    assert [(row.contact.name, row.covers_commune) for row in sheet.contacts] == [("Zoé", True), ("Ada", False)]


def test_words_that_find_something_are_read_no_further_and_cost_no_more(
    vitale: Contact, queries_for: Callable[[Callable[[], Any]], int]
) -> None:
    now, offices = timezone.now(), {vitale.office_id}
    for text in ("carte vitale", "cpam havre", "cpam rouen"):
        whole = search(text)
        assert whole.operators
        assert whole.placed is None
        assert queries_for(lambda text=text: search_with_place(text, now, offices=offices)) == queries_for(  # type: ignore[misc]
            lambda text=text: search_directory(text, now, offices=offices)  # type: ignore[misc]
        )


def test_a_place_is_read_before_a_mistake(vitale: Contact) -> None:
    ProcedureFactory(name="Carte Vitale Havie")
    found = search("carte vitale havre")
    assert (found.reading, found.placed and found.placed.words) == ("", "carte vitale")
    assert found.placed is not None
    assert found.placed.otherwise == "carte vitale havie"


def test_a_mistake_is_read_before_a_mistake_beside_a_place(vitale: Contact) -> None:
    found = search("carte vitlae havre")
    assert (found.reading, found.placed and found.placed.commune.name) == ("carte vitale", "Le Havre")
    ProcedureFactory(name="Carte Vitale Havie")
    found = search("carte vitlae havre")
    assert (found.reading, found.placed) == ("carte vitale havie", None)


def test_nothing_is_found_all_the_same(vitale: Contact) -> None:
    found = search("zzzzzz havre")
    assert found.is_empty
    assert found.placed is None


def test_every_commune_of_the_departement_is_read_after_and_before_a_demarche() -> None:
    """Its whole name, as it is written or as it is typed; those who share a name are left alone."""
    load_territories()
    names = list(Commune.objects.values_list("name", flat=True))
    spelled = [plain(name) for name in names]
    alike = {name for name, other in pairwise(sorted(_bare(name) for name in spelled)) if name == other}
    for name in names[::7]:
        if _bare(plain(name)) in alike:
            continue
        for text in (f"rsa {name}", f"{name} rsa", f"rsa {plain(name)}", f"rsa à {name}"):
            assert read(text)[:1] == [("rsa", name)], text


def _bare(name: str) -> str:
    """Without the article, that people leave out."""
    article, _, rest = name.partition(" ")
    return rest if article in ("le", "la", "les", "l") else name


# The page


def test_the_page_says_how_it_read_and_the_way_back(counsellor: Client, structure: Structure, vitale: Contact) -> None:
    Contact.objects.update(office=structure.partner_office)
    page = counsellor.get(URL, {"q": "carte vitale havre", "commune": "Rouen"}).content.decode()
    assert "«\u00a0carte vitale\u00a0» pour Le Havre" in page
    assert "couvre Le Havre" in page
    assert "couvre Rouen" not in page
    assert "?commune=Le+Havre" in page
    assert 'href="/annuaire/?q=carte+vitale&amp;commune=Rouen"' in page
    assert "pour Rouen" in page
    back = counsellor.get(URL, {"q": "carte vitale", "commune": "Rouen"}).content.decode()
    assert "couvre Rouen" in back
    assert "Rien ne contient" not in back


def test_the_page_shows_a_placed_search_without_a_commune_of_her_own(
    counsellor: Client, structure: Structure, vitale: Contact
) -> None:
    Contact.objects.update(office=structure.partner_office)
    page = counsellor.get(URL, {"q": "vitale elbeuf", "commune": ""}, headers={"HX-Request": "true"}).content.decode()
    assert "«\u00a0vitale\u00a0» pour Elbeuf" in page
    assert "sans commune" in page


def test_looking_further_stays_within_a_few_statements(
    vitale: Contact, queries_for: Callable[[Callable[[], Any]], int]
) -> None:
    now: datetime = timezone.now()
    text = "zzz yyy xxx www vvv uuu ttt sss rrr qqq ppp"
    plain_cost = queries_for(lambda: search_directory(text, now, offices={vitale.office_id}))
    assert queries_for(lambda: search_with_place(text, now, offices={vitale.office_id})) <= plain_cost + 12
