"""Which places do tests need: a commune anywhere, and real ones of Seine-Maritime by name?"""

from factory.declarations import LazyAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from territories.models import Arrondissement, Bank, Commune, Departement, Epci, PostalCode


class DepartementFactory(DjangoModelFactory[Departement]):
    class Meta:
        model = Departement
        django_get_or_create = ("code",)

    code = "76"
    name = "Seine-Maritime"


class ArrondissementFactory(DjangoModelFactory[Arrondissement]):
    class Meta:
        model = Arrondissement
        django_get_or_create = ("code",)

    code = "763"
    name = "Rouen"
    departement = SubFactory(DepartementFactory)


class EpciFactory(DjangoModelFactory[Epci]):
    class Meta:
        model = Epci
        django_get_or_create = ("siren",)

    siren = "200023414"
    name = "Métropole Rouen Normandie"


class CommuneFactory(DjangoModelFactory[Commune]):
    """A commune with everything; the traits are real places, made once however often they are asked for."""

    class Meta:
        model = Commune
        django_get_or_create = ("insee",)

    class Params:
        rouen = Trait(
            insee="76540", name="Rouen", population=117_662, latitude=49.4404, longitude=1.0939, bank=Bank.RIGHT
        )
        dieppe = Trait(
            insee="76217",
            name="Dieppe",
            population=28_496,
            latitude=49.9229,
            longitude=1.0777,
            arrondissement=SubFactory(ArrondissementFactory, code="761", name="Dieppe"),
            epci=SubFactory(EpciFactory, siren="247600786", name="CA de la Région Dieppoise"),
        )
        le_havre = Trait(
            insee="76351",
            name="Le Havre",
            population=166_687,
            latitude=49.4938,
            longitude=0.1077,
            arrondissement=SubFactory(ArrondissementFactory, code="762", name="Le Havre"),
            epci=SubFactory(EpciFactory, siren="200084952", name="CU Le Havre Seine Métropole"),
        )
        elbeuf = Trait(
            insee="76231", name="Elbeuf", population=15_474, latitude=49.2876, longitude=1.0081, bank=Bank.LEFT
        )

    # Five characters however many a run makes, and no commune of the département.
    insee = Sequence(lambda n: f"9{n:04d}")
    name = Sequence(lambda n: f"Bourg-sur-Seine {n}")
    departement = SubFactory(DepartementFactory)
    arrondissement = SubFactory(ArrondissementFactory)
    epci = SubFactory(EpciFactory)
    population = 1_000
    area_km2 = 10.0
    density = LazyAttribute(lambda commune: round(commune.population / commune.area_km2, 1))
    latitude = 49.5
    longitude = 1.0
    bank = Bank.RIGHT
    has_priority_district = False


class PostalCodeFactory(DjangoModelFactory[PostalCode]):
    class Meta:
        model = PostalCode
        django_get_or_create = ("code", "commune")

    code = "76000"
    commune = SubFactory(CommuneFactory)
