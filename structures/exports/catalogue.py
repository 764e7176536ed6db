"""Which files are published, and what does a person who opens one need to know?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from structures.exports.geojson import places_geojson
from structures.exports.inclusion import inclusion_json
from structures.exports.mediation import mediation_csv
from structures.exports.national import national_csv


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """One published file. `code` is what the command calls it; `follows_the_clock` when each opening changes it."""

    code: str
    name: str
    title: str
    about: str
    form: str
    media_type: str
    fields: tuple[Field, ...]
    build: Callable[[datetime], bytes]
    lists_places: bool = True
    follows_the_clock: bool = False


def _fields(**meanings: str) -> tuple[Field, ...]:
    return tuple(Field(name, meaning) for name, meaning in meanings.items())


FILES = (
    DataFile(
        code="national",
        name="france-services.csv",
        title="Les structures, dans les colonnes de la liste nationale",
        about="Une ligne par structure labellisée qui a un matricule : celles de la liste nationale des France "
        "services, dans le même ordre. Une semaine ordinaire par structure ; les passages du bus, les permanences et "
        "les fermetures sont dans les autres fichiers.",
        form="CSV (UTF-8, virgules)",
        media_type="text/csv; charset=utf-8",
        fields=_fields(
            id_fs="matricule de la structure",
            insee_dep="code du département",
            lib_fs="nom de la structure",
            adresse="numéro et voie ; pour un bus, son bureau, qui ne reçoit pas le public",
            complement_adresse="bâtiment, étage, boîte postale",
            insee_com="code Insee de la commune",
            code_postal="code postal",
            lib_com="nom de la commune",
            latitude="degrés, WGS 84",
            longitude="degrés, WGS 84",
            mail="adresse électronique de la structure",
            telephone="numéro de téléphone",
            h_lundi="horaires du lundi, « 09:00 - 12:00 / 13:30 - 17:00 » ; vide : fermé ; « à confirmer » : inconnu",
            h_mardi="horaires du mardi",
            h_mercredi="horaires du mercredi",
            h_jeudi="horaires du jeudi",
            h_vendredi="horaires du vendredi",
            h_samedi="horaires du samedi",
            prise_rdv="« Oui » ou « Non »",
            commentaire="précisions en texte libre",
            type_fs="« Principal » ou « Antenne »",
            format_fs="« Fixe », « Fixe_antenne(s) » ou « Bus_équivalent »",
            groupe_fs="groupement de structures",
            labellisation_fs="« Espace labellisé », puis la date",
        ),
        build=national_csv,
        lists_places=False,
    ),
    DataFile(
        code="geojson",
        name="points-accueil.geojson",
        title="Les lieux d’accueil, pour une carte",
        about="Un point par lieu où le public est reçu : sites, antennes, permanences et arrêts des bus, avec les "
        "horaires et la prochaine ouverture. Le bureau d’un bus n’y est jamais.",
        form="GeoJSON (RFC 7946)",
        media_type="application/geo+json; charset=utf-8",
        fields=_fields(
            id="identifiant du lieu : le matricule, suivi d’un numéro pour les lieux autres que le site principal",
            nom="nom de la structure, et du lieu quand il y en a plusieurs",
            structure="nom de la structure",
            structure_id="matricule de la structure",
            nature="main (site), antenna (antenne), outreach (permanence) ou bus_stop (arrêt de bus)",
            nature_en_clair="la même chose en français",
            adresse="numéro et voie",
            complement_adresse="bâtiment, étage",
            code_postal="code postal",
            commune="nom de la commune",
            code_insee="code Insee de la commune",
            position="« lieu », ou « commune » quand seul le point de la commune est connu",
            telephone="numéro de téléphone de la structure",
            courriel="adresse électronique de la structure",
            site_web="site internet",
            prise_rdv="vrai quand la structure prend des rendez-vous",
            services="liste des services proposés",
            horaires="liste de phrases : « du lundi au jeudi de 9 h à 12 h »",
            precision_horaires="précision en texte libre",
            opening_hours="les mêmes horaires dans la grammaire d’OpenStreetMap, exceptions comprises",
            acces="sans rendez-vous, sur rendez-vous, par téléphone",
            comment_venir="précision en texte libre",
            accessibilite="par handicap : vrai, faux, ou nul quand on ne sait pas",
            fiche_acceslibre="adresse de la fiche Acceslibre",
            url="adresse de la page publique de la structure",
            ouvert_jusqu_a="date et heure ISO 8601 de la fermeture, nul quand le lieu est fermé",
            prochaine_ouverture="date et heure ISO 8601, dans les trois mois",
            prochaine_fermeture="fin de cette prochaine ouverture",
            prochaine_ouverture_acces="comment on y sera reçu",
            prochaine_ouverture_en_clair="« mardi 24 novembre à 9 h »",
        ),
        build=places_geojson,
        follows_the_clock=True,
    ),
    DataFile(
        code="mediation",
        name="lieux-mediation-numerique.csv",
        title="Les lieux d’accueil, au standard des lieux de médiation numérique",
        about="Une ligne par lieu où le public est reçu, dans les colonnes et les valeurs du schéma national (La "
        "Mednum et ANCT). Plusieurs valeurs dans une cellule sont séparées par une barre « | ».",
        form="CSV (UTF-8, virgules)",
        media_type="text/csv; charset=utf-8",
        fields=_fields(
            id="identifiant du lieu",
            pivot="SIRET ; quatorze zéros : nous ne le connaissons pas",
            nom="nom de la structure, et du lieu quand il y en a plusieurs",
            commune="nom de la commune",
            code_postal="code postal",
            code_insee="code Insee de la commune",
            adresse="numéro et voie, à défaut le nom du lieu",
            complement_adresse="bâtiment, étage",
            latitude="degrés, WGS 84 ; vide quand seul le point de la commune est connu",
            longitude="degrés, WGS 84",
            typologie="« RFS », réseau France services",
            telephone="numéro international, « +33… »",
            courriels="adresse électronique de la structure",
            site_web="site internet",
            horaires="grammaire d’OpenStreetMap, exceptions comprises",
            presentation_resume="une phrase",
            presentation_detail="services proposés, comment venir",
            source="nom de ce site",
            itinerance="« Itinérant » pour un arrêt de bus, sinon « Fixe »",
            structure_parente="structure porteuse",
            date_maj="date de la dernière modification",
            services="services de médiation numérique",
            publics_specifiquement_adresses="vide : tout le monde est reçu",
            prise_en_charge_specifique="handicaps pour lesquels le lieu est accessible",
            frais_a_charge="« Gratuit »",
            dispositif_programmes_nationaux="« France Services »",
            formations_labels="vide",
            autres_formations_labels="vide",
            modalites_acces="se présenter, téléphoner, écrire",
            modalites_accompagnement="seul, accompagné, à distance",
            fiche_acces_libre="adresse de la fiche Acceslibre",
            prise_rdv="vide : pas de prise de rendez-vous en ligne",
        ),
        build=mediation_csv,
    ),
    DataFile(
        code="inclusion",
        name="data-inclusion.json",
        title="Les structures et leurs services, au schéma de data·inclusion",
        about="Les structures, et ce qu’elles proposent dans chacun de leurs lieux d’accueil, dans les champs et les "
        "valeurs de la version 1 du schéma.",
        form="JSON",
        media_type="application/json; charset=utf-8",
        fields=_fields(
            structures="une structure labellisée : nom, adresse, contact, horaires, réseau « france-service »",
            services="ce qui est proposé dans un lieu : thématiques, accueil, horaires, coordonnées ; toujours gratuit",
        ),
        build=inclusion_json,
    ),
)
BY_NAME = {file.name: file for file in FILES}
