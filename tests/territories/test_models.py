"""Are communes found from what people type, ordered by distance, and never stored wrong?"""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from territories.distance import great_circle_km
from territories.models import Commune, PostalCode
from tests.territories.factories import CommuneFactory, PostalCodeFactory

pytestmark = pytest.mark.django_db


def names(text: str) -> list[str]:
    return [commune.name for commune in Commune.objects.matching(text)]


@pytest.fixture
def communes() -> None:
    PostalCodeFactory.create(code="76000", commune=CommuneFactory.create(rouen=True))
    PostalCodeFactory.create(code="76100", commune=CommuneFactory.create(rouen=True))
    PostalCodeFactory.create(code="76600", commune=CommuneFactory.create(le_havre=True))
    PostalCodeFactory.create(code="76540", commune=CommuneFactory.create(insee="76719", name="Valmont"))
    PostalCodeFactory.create(
        code="76250", commune=CommuneFactory.create(insee="76216", name="Déville-lès-Rouen", population=10_400)
    )
    PostalCodeFactory.create(
        code="76800", commune=CommuneFactory.create(insee="76575", name="Saint-Étienne-du-Rouvray")
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rouen", ["Rouen", "Déville-lès-Rouen"]),
        ("ROUEN (76)", ["Rouen", "Déville-lès-Rouen"]),
        ("rouen deville", ["Déville-lès-Rouen"]),
        ("havre", ["Le Havre"]),
        ("le hav", ["Le Havre"]),
        ("étiènne", ["Saint-Étienne-du-Rouvray"]),
        ("st etienne", ["Saint-Étienne-du-Rouvray"]),
        ("76100", ["Rouen"]),
        ("76000 rouen", ["Rouen"]),
        ("76351", ["Le Havre"]),
        ("ouen", []),
        ("dieppe", []),
        ("76999", []),
        ("", []),
        ("%", []),
        ("\x00", []),
    ],
)
def test_a_commune_is_found_by_the_words_of_its_name_its_postcode_or_its_code(
    communes: None, typed: str, found: list[str]
) -> None:
    assert names(typed) == found


def test_a_postcode_comes_before_the_same_digits_as_a_code_of_commune(communes: None) -> None:
    assert names("76540") == ["Valmont", "Rouen"]


def test_the_very_name_comes_before_larger_communes_whose_name_holds_it() -> None:
    CommuneFactory.create(name="Elbeuf-en-Bray", population=99_000)
    CommuneFactory.create(elbeuf=True)
    assert names("elbeuf") == ["Elbeuf", "Elbeuf-en-Bray"]


def test_a_commune_with_two_postcodes_is_found_once(communes: None) -> None:
    assert names("76").count("Rouen") == 1


def test_a_commune_that_changes_its_name_is_found_by_the_new_one() -> None:
    commune = CommuneFactory.create(name="Gruchet")
    commune.name = "Gruchet-l’Évêque"
    commune.save()
    assert names("leveque") == []
    assert names("l'eveq") == names("eveque gruchet") == ["Gruchet-l’Évêque"]


def test_an_endless_text_finds_nothing_and_costs_nothing(
    communes: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert not Commune.objects.matching("a " * 500_000).exists()
        assert not Commune.objects.resembling("a " * 500_000).exists()


def test_one_typo_still_finds_the_commune(communes: None) -> None:
    assert [commune.name for commune in Commune.objects.resembling("ruoen")] == ["Rouen", "Déville-lès-Rouen"]


def test_the_nearest_commune_comes_first_with_the_distance_of_the_sphere() -> None:
    rouen, dieppe, le_havre = (CommuneFactory.create(**{place: True}) for place in ("rouen", "dieppe", "le_havre"))
    found = list(Commune.objects.nearest(rouen.point))
    assert found == [rouen, dieppe, le_havre]
    assert [commune.distance_km for commune in found] == pytest.approx(
        [great_circle_km(rouen.point, commune.point) for commune in found], abs=0.001
    )


def test_a_search_is_narrowed_and_ordered_in_one_chain(communes: None) -> None:
    west_of_all = Commune.objects.get(insee="76351").point
    found = Commune.objects.matching("rouen").nearest(west_of_all)
    assert [commune.name for commune in found] == ["Déville-lès-Rouen", "Rouen"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("population", -1, "La population ne peut pas être négative."),
        ("area_km2", 0, "La superficie doit être supérieure à zéro."),
        ("latitude", 90.1, "La latitude va de -90 à 90 degrés."),
        ("latitude", -90.1, "La latitude va de -90 à 90 degrés."),
        ("longitude", 180.1, "La longitude va de -180 à 180 degrés."),
        ("longitude", -180.1, "La longitude va de -180 à 180 degrés."),
        ("bank", "D", "La rive est droite, gauche, ou vide."),
    ],
)
def test_the_database_refuses_an_impossible_commune_and_the_form_says_why(
    field: str, value: object, message: str
) -> None:
    commune = CommuneFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Commune.objects.filter(pk=commune.pk).update(**{field: value})
    setattr(commune, field, value)
    with pytest.raises(ValidationError) as refusal:
        commune.validate_constraints()
    assert message in refusal.value.messages


def test_a_commune_has_the_same_postcode_once() -> None:
    rouen = CommuneFactory.create(rouen=True)
    PostalCode.objects.create(code="76000", commune=rouen)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostalCode.objects.create(code="76000", commune=rouen)
    PostalCode.objects.create(code="76000", commune=CommuneFactory.create())


@pytest.mark.parametrize("code", ["7654", "765400", "76 540", "2C001", ""])
def test_a_code_that_is_not_a_code_of_commune_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        Commune(insee=code).clean_fields(exclude=[f.name for f in Commune._meta.fields if f.name != "insee"])


@pytest.mark.parametrize("code", ["76540", "2A004", "97411"])
def test_codes_of_corsica_and_overseas_are_accepted(code: str) -> None:
    Commune(insee=code).clean_fields(exclude=[f.name for f in Commune._meta.fields if f.name != "insee"])
