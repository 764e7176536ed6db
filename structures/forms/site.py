"""What may the people of a site write about it: its sheet, and each of its places?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from accounts.forms import CarefulForm
from structures import whereabouts
from structures.coordinates import refusal, spoken_point
from structures.forms.fields import AcceslibreField, KnownOrNotField, PhoneField, PointField
from structures.models import Location, LocationKind, Structure, What
from structures.offer import SERVICES
from structures.whereabouts import Choice
from territories.distance import Point
from territories.models import Commune

KIND_LABELS = {
    LocationKind.MAIN: "Site principal",
    LocationKind.ANTENNA: "Antenne",
    LocationKind.OUTREACH: "Permanence",
    LocationKind.BUS_STOP: "Arrêt du bus",
    LocationKind.OFFICE: "Bureau du bus (ne reçoit pas le public, ne compte pas comme un lieu)",
}
AS_STORED = ("kind", "name", "address", "complement", "postcode", "how_to_come", "acceslibre_url")
ACCESSIBLE = ("accessible_motor", "accessible_hearing", "accessible_sight", "accessible_mind")


class LocationForm(CarefulForm):
    """A place. The commune is typed; when several fit, the form comes back with the list of them in `insee`."""

    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Nature du lieu", widget=forms.RadioSelect)
    name = forms.CharField(
        label="Nom du lieu", required=False, max_length=200, help_text="Par exemple Mairie de Doudeville."
    )
    address = forms.CharField(label="Adresse", required=False, max_length=200)
    complement = forms.CharField(
        label="Complément", required=False, max_length=200, help_text="Étage, bâtiment, entrée."
    )
    commune = forms.CharField(
        label="Commune",
        max_length=100,
        help_text="Son nom ou son code postal.",
        error_messages={"required": "Écrivez la commune ou son code postal."},
        widget=forms.TextInput(
            attrs={"list": "communes", "data-combobox": "", "data-combobox-code": "id_insee", "autocomplete": "off"}
        ),
    )
    insee = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    postcode = forms.CharField(
        label="Code postal",
        required=False,
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", "Un code postal compte 5 chiffres.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    point = PointField(
        label="Coordonnées",
        help_text="Latitude puis longitude, comme 49,4431 1,0993. Vide\u00a0: le point de la commune.",
    )
    how_to_come = forms.CharField(
        label="Comment venir",
        required=False,
        max_length=500,
        help_text="Arrêt de car, parking, entrée à prendre.",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    accessible_motor = KnownOrNotField(label="Handicap moteur")
    accessible_hearing = KnownOrNotField(label="Handicap auditif")
    accessible_sight = KnownOrNotField(label="Handicap visuel")
    accessible_mind = KnownOrNotField(label="Handicap mental ou psychique")
    acceslibre_url = AcceslibreField(
        label="Page Acceslibre", required=False, assume_scheme="https", help_text="https://acceslibre.beta.gouv.fr/…"
    )

    def __init__(
        self, *args: Any, structure: Structure, places: list[Location], location: Location | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.structure, self.location = structure, location
        self.choices: tuple[Choice, ...] = ()
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.value, KIND_LABELS[kind]) for kind in offered_kinds(structure, places, location)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("commune")
        commune = self._commune(typed, cleaned.pop("insee", "")) if typed else None
        if commune is None:
            return cleaned
        cleaned["commune"] = commune
        cleaned["postcode"] = cleaned.get("postcode") or _only_postcode(commune)
        if "point" in cleaned:
            self._check_point(cleaned["point"], commune)
        is_nameless = not cleaned.get("name") and not cleaned.get("address")
        if is_nameless and cleaned.get("kind") != LocationKind.OFFICE and not self.errors:
            self.add_error("name", "Donnez le nom du lieu ou son adresse\u00a0: l’un des deux suffit.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of a Location, once valid; a point that was not touched stays the stored one."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("opened")
        cleaned["how_to_come"] = cleaned["how_to_come"].replace("\r\n", "\n")
        point: Point | None = cleaned.pop("point")
        latitude, longitude = (point.latitude, point.longitude) if point else (None, None)
        if self.location and point and spoken_point(point) == _point_of(self.location):
            latitude, longitude = self.location.latitude, self.location.longitude
        return cleaned | {"latitude": latitude, "longitude": longitude}

    def _commune(self, typed: str, insee: str) -> Commune | None:
        """The one that the text means; a code picked in a list counts only for a text that it fits."""
        stored = self.location.commune if self.location else None
        if stored and typed == stored.name and insee in ("", stored.pk):
            return stored
        found = whereabouts.find(typed)
        if picked := next((choice.insee for choice in found.choices if choice.insee == insee), None):
            return Commune.objects.get(pk=picked)
        if found.commune is not None:
            return found.commune
        self.choices = found.choices
        self.add_error("commune", _which(typed, found))
        return None

    def _check_point(self, point: Point | None, commune: Commune) -> None:
        if point and (problem := refusal(point, commune)):
            self.add_error("point", ValidationError(problem, code="far"))


def offered_kinds(structure: Structure, places: list[Location], location: Location | None = None) -> list[LocationKind]:
    """Those that make sense here, the likeliest first; the main place only when there is no other."""
    likely = [LocationKind.MAIN, LocationKind.ANTENNA, LocationKind.OUTREACH, LocationKind.BUS_STOP]
    if structure.is_bus:
        likely = [LocationKind.BUS_STOP, LocationKind.OFFICE, LocationKind.OUTREACH]
    current = LocationKind(location.kind) if location else None
    has_main = any(place.kind == LocationKind.MAIN and place != location for place in places)
    kept = [kind for kind in likely if not (kind == LocationKind.MAIN and has_main)]
    return kept if current is None or current in kept else [current, *kept]


def location_initial(location: Location) -> dict[str, Any]:
    kept = {name: getattr(location, name) for name in (*AS_STORED, *ACCESSIBLE)}
    return kept | {"commune": location.commune.name, "insee": location.commune_id, "point": _point_of(location)}


class SheetForm(CarefulForm):
    """What the site itself says of the structure."""

    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    phone = PhoneField(label="Téléphone", required=False, help_text="Celui que le public appelle.")
    mail = forms.EmailField(label="Adresse électronique", required=False, help_text="Publique elle aussi.")
    website = forms.URLField(label="Site internet", required=False, assume_scheme="https")
    by_appointment = forms.BooleanField(label="Prend des rendez-vous", required=False)
    services = forms.MultipleChoiceField(
        label="Services proposés",
        required=False,
        choices=list(SERVICES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    comment = forms.CharField(
        label="Commentaire",
        required=False,
        max_length=4000,
        help_text="Affiché au public. Les lieux, les horaires et les fermetures ont leur propre page.",
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure

    def values(self) -> dict[str, Any]:
        """Fields of the structure, once valid; what only differs by its spelling stays as it is stored."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("opened")
        if cleaned["phone"] == _written(self.structure.phone):
            cleaned["phone"] = self.structure.phone
        comment = cleaned["comment"].replace("\r\n", "\n")
        stored = self.structure.comment
        cleaned["comment"] = stored if comment == stored.replace("\r\n", "\n").strip() else comment
        cleaned["services"] = [code for code in SERVICES if code in cleaned["services"]]
        return cleaned


def sheet_initial(structure: Structure) -> dict[str, Any]:
    names = ("phone", "mail", "website", "by_appointment", "services", "comment")
    return {name: getattr(structure, name) for name in names} | {"phone": _written(structure.phone)}


class HistoryForm(CarefulForm):
    """What narrows the history; a wrong value narrows nothing."""

    objet = forms.ChoiceField(label="Ce qui a changé", required=False, choices=[("", "Tout"), *What.choices])


def _which(typed: str, found: whereabouts.Whereabouts) -> str:
    if not found.choices:
        return "Cette commune n’est pas connue\u00a0: vérifiez son nom ou son code postal."
    if found.is_guess:
        return f"Aucune commune ne s’appelle «\u00a0{typed}\u00a0»\u00a0: choisissez-en une ci-dessous, ou corrigez."
    more = " Si la vôtre n’y est pas, écrivez son nom." if found.has_more else ""
    return f"Plusieurs communes correspondent\u00a0: choisissez-en une ci-dessous.{more}"


def _only_postcode(commune: Commune) -> str:
    codes = [code.code for code in commune.postal_codes.all()[:2]]
    return codes[0] if len(codes) == 1 else ""


def _point_of(location: Location) -> str:
    if location.latitude is None or location.longitude is None:
        return ""
    return spoken_point(Point(location.latitude, location.longitude))


def _written(phone: str) -> str:
    try:
        return PhoneField(required=False).clean(phone)
    except ValidationError:
        return phone
