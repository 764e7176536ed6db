"""Who answers for each operator in the invented network, and for which démarches on which territory?

A rule is written `where` or `where:DEMARCHE`: `d` is the whole département, `76447` a commune, `200084952` an EPCI and
`762` an arrondissement. Bodies are real, people and private lines are not.
"""

from dataclasses import dataclass

ROUEN, LE_HAVRE, DIEPPE = "763", "762", "761"
METROPOLE, HAVRE_METROPOLE, CAUX_SEINE = "200023414", "200084952", "200010700"
FECAMP, CAMPAGNE, ALBATRE = "200069821", "247600505", "200069839"
YVETOT, PLATEAU, AUSTREBERTHE = "247600620", "200069847", "247600646"
VEXIN, REGION_DIEPPOISE, TALOU = "200070449", "247600786", "247600729"
TERROIR, SOEURS, LONDINIERES = "200068534", "247600588", "247600604"
BRAY_EAWY, QUATRE_RIVIERES, AUMALE = "200070068", "200069730", "200069722"
ELBEUF = ("76231", "76165", "76561", "76640", "76178")
ALL = "d"

CAF, MSA, CARSAT = "Caf de Seine-Maritime", "MSA Haute-Normandie", "Carsat Normandie"
CPAM_ROUEN, CPAM_HAVRE = "CPAM Rouen-Elbeuf-Dieppe", "CPAM du Havre"
OFFICE_HOURS = "lun-ven 9:00-12:00 13:30-16:30 tel"
LATE_HOURS = "lun mar jeu ven 8:30-12:00 13:00-17:00 tel"
MORNINGS = "lun-ven 9:00-12:30 tel"
UNKNOWN = ""


@dataclass(frozen=True)
class Line:
    """One contact of the directory. `note` is what counsellors tell each other about it."""

    operator: str
    body: str
    function: str
    rules: tuple[str, ...]
    hours: str = OFFICE_HOURS
    priority: int = 5
    is_service: bool = False
    """A shared desk rather than a person: its function is its name."""
    note: str = ""


def _of(operator: str, *procedures: str, at: tuple[str, ...] = (ALL,)) -> tuple[str, ...]:
    return tuple(f"{where}:{operator}_{procedure}" for procedure in procedures for where in at)


HAVRE_CPAM = (HAVRE_METROPOLE, FECAMP, CAMPAGNE, LE_HAVRE)
ROUEN_CPAM = (ROUEN, DIEPPE)

LINES: tuple[Line, ...] = (
    # Allocations familiales: by arrondissement, then those who know one démarche.
    Line("CAF", CAF, "Relais France services, Rouen", (ROUEN,), LATE_HOURS),
    Line("CAF", CAF, "Relais France services, Le Havre", (LE_HAVRE,)),
    Line("CAF", CAF, "Relais France services, Dieppe", (DIEPPE,)),
    Line("CAF", CAF, "Renfort France services, métropole", (METROPOLE,), MORNINGS, priority=7),
    Line("CAF", CAF, "RSA et prime d’activité", _of("CAF", "RSA", "PRIME_ACTIVITE"), LATE_HOURS),
    Line("CAF", CAF, "RSA, arrondissement du Havre", _of("CAF", "RSA", at=(LE_HAVRE,))),
    Line("CAF", CAF, "Aides au logement", _of("CAF", "AIDES_LOGEMENT"), note="Joindre la dernière quittance."),
    Line("CAF", CAF, "Aides au logement, Le Havre", _of("CAF", "AIDES_LOGEMENT", at=(HAVRE_METROPOLE,)), MORNINGS),
    Line("CAF", CAF, "Handicap", _of("CAF", "HANDICAP"), "mar jeu 9:00-12:00 14:00-16:30 tel"),
    Line("CAF", CAF, "Familles et mode de garde", _of("CAF", "PRESTATIONS_FAMILIALES"), MORNINGS),
    # Two bodies for the Assurance Maladie: the commune decides.
    Line("ASSURANCE_MALADIE", CPAM_ROUEN, "Relais France services, Rouen", (METROPOLE, ROUEN), LATE_HOURS),
    Line("ASSURANCE_MALADIE", CPAM_ROUEN, "Relais France services, Dieppe", (DIEPPE,)),
    Line(
        "ASSURANCE_MALADIE",
        CPAM_ROUEN,
        "Complémentaire santé solidaire",
        _of("CPAM", "C2S", at=ROUEN_CPAM),
        note="Réponse rapide par message, avec la référence de la demande.",
    ),
    Line(
        "ASSURANCE_MALADIE", CPAM_ROUEN, "Indemnités journalières", _of("CPAM", "INDEMNITES", at=ROUEN_CPAM), MORNINGS
    ),
    Line("ASSURANCE_MALADIE", CPAM_ROUEN, "Carte Vitale", _of("CPAM", "CARTE_VITALE", at=ROUEN_CPAM)),
    Line("ASSURANCE_MALADIE", CPAM_HAVRE, "Relais France services", HAVRE_CPAM, LATE_HOURS),
    Line(
        "ASSURANCE_MALADIE",
        CPAM_HAVRE,
        "Complémentaire santé",
        _of("CPAM", "C2S", at=("76447", HAVRE_METROPOLE, LE_HAVRE)),
    ),
    Line("ASSURANCE_MALADIE", CPAM_HAVRE, "Indemnités journalières", _of("CPAM", "INDEMNITES", at=(LE_HAVRE,))),
    # The farming scheme pays what the others pay to everybody else.
    Line("MSA", MSA, "Relais France services, nord", (DIEPPE,), LATE_HOURS),
    Line("MSA", MSA, "Relais France services, pays de Caux et Rouen", (LE_HAVRE, ROUEN)),
    Line("MSA", MSA, "Famille et logement", _of("MSA", "PRESTATIONS") + _of("CAF", "RSA", "AIDES_LOGEMENT"), MORNINGS),
    Line("MSA", MSA, "Retraites agricoles", _of("MSA", "RETRAITE") + _of("RETRAITE", "DEMANDE", "REVERSION")),
    Line("MSA", MSA, "Cotisations des exploitants", _of("MSA", "COTISATIONS"), UNKNOWN),
    Line("ASSURANCE_RETRAITE", CARSAT, "Relais France services, Rouen", (ROUEN,)),
    Line("ASSURANCE_RETRAITE", CARSAT, "Relais France services, Le Havre", (LE_HAVRE,), MORNINGS),
    Line("ASSURANCE_RETRAITE", CARSAT, "Relais France services, Dieppe", (DIEPPE,)),
    Line("ASSURANCE_RETRAITE", CARSAT, "Pensions de réversion", _of("RETRAITE", "REVERSION"), MORNINGS),
    Line("ASSURANCE_RETRAITE", CARSAT, "Minimum vieillesse", _of("RETRAITE", "ASPA"), "lun mer ven 9:00-12:00 tel"),
    # Finances publiques: by town, that is by intercommunalité, and by commune around Elbeuf.
    Line("DGFIP", "Service des impôts de Rouen", "Accueil des France services", (METROPOLE, VEXIN, AUSTREBERTHE)),
    Line("DGFIP", "Service des impôts d’Elbeuf", "Relais France services", ELBEUF, MORNINGS),
    Line("DGFIP", "Service des impôts du Havre", "Relais France services", (HAVRE_METROPOLE,), LATE_HOURS),
    Line("DGFIP", "Service des impôts du Havre", "Accueil des particuliers", (LE_HAVRE,), is_service=True, priority=6),
    Line("DGFIP", "Service des impôts de Fécamp", "Relais France services", (FECAMP, CAMPAGNE, ALBATRE)),
    Line("DGFIP", "Service des impôts d’Yvetot", "Relais France services", (YVETOT, PLATEAU, CAUX_SEINE)),
    Line(
        "DGFIP",
        "Service des impôts de Dieppe",
        "Relais France services",
        (REGION_DIEPPOISE, TALOU, TERROIR, SOEURS),
    ),
    Line(
        "DGFIP",
        "Service des impôts de Neufchâtel-en-Bray",
        "Relais France services",
        (BRAY_EAWY, QUATRE_RIVIERES, AUMALE, LONDINIERES),
        "lun mar jeu 8:45-12:00 13:30-16:00 tel",
    ),
    Line("DGFIP", "Trésorerie amendes", "Paiement de proximité", _of("DGFIP", "PAIEMENT_PROXIMITE"), is_service=True),
    # France Travail: by agency.
    Line("FRANCE_TRAVAIL", "Agence de Rouen", "Relais France services", (METROPOLE, VEXIN), LATE_HOURS),
    Line("FRANCE_TRAVAIL", "Agence d’Elbeuf", "Relais France services", ELBEUF),
    Line("FRANCE_TRAVAIL", "Agence du Havre", "Relais France services", (HAVRE_METROPOLE,), LATE_HOURS),
    Line("FRANCE_TRAVAIL", "Agence de Fécamp", "Relais France services", (FECAMP, CAMPAGNE)),
    Line("FRANCE_TRAVAIL", "Agence de Lillebonne", "Relais France services", (CAUX_SEINE,), MORNINGS),
    Line("FRANCE_TRAVAIL", "Agence de Barentin", "Relais France services", (AUSTREBERTHE, YVETOT, PLATEAU, ALBATRE)),
    Line("FRANCE_TRAVAIL", "Agence de Dieppe", "Relais France services", (REGION_DIEPPOISE, TALOU, TERROIR, SOEURS)),
    Line(
        "FRANCE_TRAVAIL",
        "Agence de Forges-les-Eaux",
        "Relais France services",
        (BRAY_EAWY, QUATRE_RIVIERES, AUMALE, LONDINIERES),
    ),
    Line("FRANCE_TITRES", "France Titres", "Cellule France services", (ALL,), LATE_HOURS, is_service=True),
    Line("FRANCE_TITRES", "France Titres", "Immatriculation des véhicules", _of("FT", "CARTE_GRISE"), is_service=True),
    Line("FRANCE_TITRES", "France Titres", "Permis de conduire", _of("FT", "PERMIS"), MORNINGS, is_service=True),
    Line("CHEQUE_ENERGIE", "Agence de services et de paiement", "Assistance aux aidants", (ALL,), is_service=True),
    Line("CHEQUE_ENERGIE", "Agence de services et de paiement", "Chèques perdus", _of("CHEQUE", "NON_RECU"), UNKNOWN),
    Line("FRANCE_RENOV", "Espace conseil de la métropole de Rouen", "Conseil rénovation", (METROPOLE,), MORNINGS),
    Line("FRANCE_RENOV", "Espace conseil Le Havre Seine Métropole", "Conseil rénovation", (HAVRE_METROPOLE,)),
    Line("FRANCE_RENOV", "Espace conseil du Département", "Conseil rénovation", (ALL,)),
    Line("LA_POSTE", "La Poste, direction régionale", "Services de proximité", (ALL,)),
    Line("LA_POSTE", "La Poste", "Identité numérique", _of("POSTE", "IDENTITE_NUMERIQUE"), is_service=True),
    Line("POINT_JUSTICE", "CDAD de la Seine-Maritime", "Juriste, Rouen et pays de Bray", (ROUEN,), LATE_HOURS),
    Line("POINT_JUSTICE", "CDAD de la Seine-Maritime", "Juriste, Le Havre", (LE_HAVRE,), "mar jeu 9:00-12:00 tel"),
    Line("POINT_JUSTICE", "CDAD de la Seine-Maritime", "Juriste, Dieppe", (DIEPPE,), UNKNOWN),
    Line("URSSAF", "Urssaf Normandie", "Particuliers employeurs", _of("URSSAF", "CESU", "PAJEMPLOI")),
    Line("URSSAF", "Urssaf Normandie", "Indépendants et autres demandes", (ALL,), LATE_HOURS),
    Line("AGIRC_ARRCO", "Cicas de Rouen", "Conseil retraite complémentaire", (ALL,)),
    Line("AGIRC_ARRCO", "Cicas de Rouen", "Réversion complémentaire", _of("AGIRC", "REVERSION"), MORNINGS),
)

ABSENT = {
    (CAF, "RSA et prime d’activité"): (-3, 11),
    ("Service des impôts du Havre", "Relais France services"): (-1, 4),
}
"""Body and function → first and last day away, counted from today; the next contact of the body stands in."""
UNCONFIRMED = {6: 96, 17: 118, 31: 143, 44: 205, 57: None}
"""Place in the list → days since the last check; None: never checked."""
