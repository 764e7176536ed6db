"""Which places do we know: départements, arrondissements, intercommunalités, communes, their postcodes, QPV?"""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from territories import spelling
from territories.distance import EARTH_RADIUS_KM, Point
from territories.fields import PlainTextField

LONGEST_SEARCH = 100
ARTICLES = ("le", "la", "les", "l")

insee_code = RegexValidator(r"^[0-9][0-9AB][0-9]{3}$", "Un code INSEE compte 5 caractères, par exemple 76540.")
district_code = RegexValidator(
    r"^Q[NP][0-9AB]{5,6}[A-Z]?$", "Un code de quartier prioritaire ressemble à QN07601M ou QP076001."
)
postal_code = RegexValidator(r"^[0-9]{5}$", "Un code postal compte 5 chiffres.")


class Departement(models.Model):
    code = models.CharField("code", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=100)

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Arrondissement(models.Model):
    code = models.CharField("code", max_length=4, primary_key=True)
    name = models.CharField("nom", max_length=100)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="arrondissements", verbose_name="département"
    )

    class Meta:
        verbose_name = "arrondissement"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Epci(models.Model):
    siren = models.CharField("numéro Siren", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=200)

    class Meta:
        verbose_name = "intercommunalité"
        verbose_name_plural = "intercommunalités"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Bank(models.TextChoices):
    """The side of the Seine, which a bridge or a ferry is needed to leave."""

    RIGHT = "right", "rive droite"
    LEFT = "left", "rive gauche"


class CommuneQuerySet(models.QuerySet["Commune"]):
    def matching(self, text: str) -> Self:
        """Communes meant by what was typed, best first: beginnings of the words of the name, postcode or INSEE code.

        Accents and the order of the words are ignored; « st » is also « saint »; « 76000 rouen » narrows both ways.
        Nothing typed, or more than a name can hold, finds nothing.
        """
        typed = spelling.query_words(text) if len(text) <= LONGEST_SEARCH else []
        if not typed:
            return self.none()
        found = self
        for word in typed:
            found = found.filter(_with_code(word) if word[0].isdigit() else _with_word(word))
        return found.annotate(match_rank=_match_rank(text)).order_by("match_rank", "-population", "plain_name")

    def resembling(self, text: str) -> Self:
        """Communes meant by what was typed with one typo at most, for when `matching` finds nothing."""
        if len(text) > LONGEST_SEARCH:
            return self.none()
        names = self.order_by("plain_name").values_list("plain_name", flat=True).distinct()
        return self.filter(plain_name__in=spelling.closest(text, names)).order_by("-population", "plain_name")

    def with_distance(self, point: Point) -> Self:
        """Add `distance_km`, as the crow flies from the point (the same sum as `great_circle_km`)."""
        north = Radians(F("latitude") - Value(point.latitude, FloatField()))
        east = Radians(F("longitude") - Value(point.longitude, FloatField()))
        cosines = Cos(Radians(F("latitude"))) * Cos(Radians(Value(point.latitude, FloatField())))
        chord = Power(Sin(north / 2.0), 2) + cosines * Power(Sin(east / 2.0), 2)
        distance = ASin(Least(Value(1.0), Sqrt(chord))) * Value(2 * EARTH_RADIUS_KM)
        return self.annotate(distance_km=models.ExpressionWrapper(distance, output_field=FloatField()))

    def nearest(self, point: Point) -> Self:
        """Nearest first, with `distance_km`."""
        return self.with_distance(point).order_by("distance_km", "plain_name")


class Commune(models.Model):
    insee = models.CharField("code INSEE", max_length=5, primary_key=True, validators=[insee_code])
    name = models.CharField("nom", max_length=100)
    plain_name = PlainTextField(sources=["name"], db_index=True)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="communes", verbose_name="département"
    )
    arrondissement = models.ForeignKey(
        Arrondissement,
        on_delete=models.PROTECT,
        related_name="communes",
        null=True,
        blank=True,
        verbose_name="arrondissement",
    )
    epci = models.ForeignKey(
        Epci, on_delete=models.PROTECT, related_name="communes", null=True, blank=True, verbose_name="intercommunalité"
    )
    population = models.PositiveIntegerField("population")
    area_km2 = models.FloatField("superficie (km²)")
    density = models.FloatField("densité (habitants par km²)")
    latitude = models.FloatField("latitude")
    longitude = models.FloatField("longitude")
    bank = models.CharField("rive de la Seine", max_length=5, choices=Bank, blank=True, default="")
    # Says the same as `priority_districts` once an official list of these was loaded.
    has_priority_district = models.BooleanField("quartier prioritaire (QPV)", default=False)

    distance_km: float  # only on the rows of `with_distance` and `nearest`

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        ordering = ["plain_name", "insee"]
        constraints = [
            models.CheckConstraint(
                name="commune_population_is_not_negative",
                condition=Q(population__gte=0),
                violation_error_message="La population ne peut pas être négative.",
            ),
            models.CheckConstraint(
                name="commune_area_is_positive",
                condition=Q(area_km2__gt=0),
                violation_error_message="La superficie doit être supérieure à zéro.",
            ),
            models.CheckConstraint(
                name="commune_latitude_in_range",
                condition=Q(latitude__gte=-90, latitude__lte=90),
                violation_error_message="La latitude va de -90 à 90 degrés.",
            ),
            models.CheckConstraint(
                name="commune_longitude_in_range",
                condition=Q(longitude__gte=-180, longitude__lte=180),
                violation_error_message="La longitude va de -180 à 180 degrés.",
            ),
            models.CheckConstraint(
                name="commune_bank_is_known",
                condition=Q(bank__in=["", *Bank.values]),
                violation_error_message="La rive est droite, gauche, ou vide.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


class PriorityDistrict(models.Model):
    """A « quartier prioritaire de la politique de la ville », in one commune or on several."""

    code = models.CharField("code", max_length=8, primary_key=True, validators=[district_code])
    name = models.CharField("nom", max_length=200)
    communes = models.ManyToManyField(Commune, related_name="priority_districts", verbose_name="communes")
    is_in_force = models.BooleanField(
        "en vigueur", default=True, help_text="Non\u00a0: la dernière liste officielle ne le cite plus."
    )

    class Meta:
        verbose_name = "quartier prioritaire"
        verbose_name_plural = "quartiers prioritaires"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PostalCode(models.Model):
    code = models.CharField("code postal", max_length=5, validators=[postal_code])
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="postal_codes", verbose_name="commune")

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        ordering = ["code", "commune_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "commune"],
                name="postal_code_once_per_commune",
                violation_error_message="Cette commune a déjà ce code postal.",
            )
        ]

    def __str__(self) -> str:
        return self.code


def _with_word(word: str) -> Q:
    """The name has a word that begins so."""
    wanted = Q()
    for reading in spelling.readings(word):
        wanted |= Q(plain_name__startswith=reading) | Q(plain_name__contains=f" {reading}")
    return wanted


def _with_code(word: str) -> Q:
    """The postcode or the INSEE code begins so."""
    return _with_postal_code(word) | Q(insee__startswith=word.upper())


def _with_postal_code(word: str) -> Q:
    return Q(Exists(PostalCode.objects.filter(commune=OuterRef("pk"), code__startswith=word)))


def _match_rank(text: str) -> Case:
    """The very name first, then names that begin so, postcodes before INSEE codes: people know their postcode."""
    spelled = " ".join(spelling.readings(word)[-1] for word in spelling.words(text))
    names = [spelled, *(f"{article} {spelled}" for article in ARTICLES)]
    begins = Q()
    for name in names:
        begins |= Q(plain_name__startswith=name)
    same = Q(plain_name__in=names) | _with_postal_code(spelled)
    return Case(When(same, then=0), When(begins, then=1), default=2, output_field=IntegerField())
