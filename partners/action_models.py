"""From which model does a new local action start? What its sheet says before anything is typed."""

from dataclasses import dataclass
from datetime import time

from partners.models import LocalServiceKind


@dataclass(frozen=True)
class ActionModel:
    """`opens`, `closes` and `every_weeks`: the rhythm that its calendar proposes."""

    kind: LocalServiceKind
    title: str
    hint: str
    serves: str
    limits: str
    access: str
    every_weeks: int = 2
    opens: time = time(14)
    closes: time = time(16, 30)

    @property
    def code(self) -> str:
        return str(self.kind.value)


_PAPERWORK_LIMITS = (
    "Pas de demande d’aide financière.\nPas d’accompagnement au long cours.\nLes bénévoles ne tiennent pas de mandat."
)
MODELS = (
    ActionModel(
        LocalServiceKind.PAPERWORK_HELP,
        "SOS paperasse",
        "Des professionnels et des bénévoles aident ensemble, sans rendez-vous, un jour sur deux semaines.",
        "Comprendre un courrier, remplir un papier, faire une démarche simple en ligne, trier ses documents.",
        _PAPERWORK_LIMITS,
        "Sans rendez-vous, gratuit",
    ),
    ActionModel(
        LocalServiceKind.LIBRARY,
        "Aide en bibliothèque",
        "La bibliothèque ouvre un temps d’aide aux démarches ou au numérique.",
        "Utiliser un ordinateur, imprimer, faire une démarche simple en ligne.",
        "Pas d’accompagnement social.\nPas d’accès aux outils des opérateurs.",
        "Sans rendez-vous, gratuit",
        every_weeks=1,
        closes=time(16),
    ),
    ActionModel(
        LocalServiceKind.ASSOCIATION,
        "Action d’une association",
        "Une association reçoit et oriente, avec ses bénévoles.",
        "Écouter, comprendre la situation, orienter vers le bon service.",
        "Les bénévoles ne tiennent pas de mandat.",
        "Gratuit",
        every_weeks=1,
        opens=time(9, 30),
        closes=time(12),
    ),
)
KINDS = tuple(model.kind for model in MODELS)


def model_of(code: str) -> ActionModel | None:
    """The model of this code (a kind of local service); None when there is none."""
    return next((model for model in MODELS if model.code == code), None)
