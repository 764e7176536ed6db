"""What do people ask for, in which proportions, and what do the answers sound like?"""

from collections.abc import Iterable, Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from partners.models import Operator, Procedure
from referrals.models import Channel, ClosingReason

SHARES = {
    "FRANCE_TITRES": 19.0,
    "CAF": 16.0,
    "ASSURANCE_MALADIE": 16.0,
    "DGFIP": 15.0,
    "FRANCE_TRAVAIL": 10.0,
    "ASSURANCE_RETRAITE": 8.0,
    "MSA": 4.0,
    "CHEQUE_ENERGIE": 3.5,
    "LA_POSTE": 2.5,
    "POINT_JUSTICE": 2.0,
    "FRANCE_RENOV": 1.5,
    "URSSAF": 1.5,
    "AGIRC_ARRCO": 1.0,
}
"""Percent of the requests by operator: the first four are the national figures, the others are plausible."""

COUNTER = {Channel.COUNTER: 82.0, Channel.PHONE: 10.0, Channel.APPOINTMENT: 5.0, Channel.MAIL: 3.0}
ENDINGS = {
    ClosingReason.SOLVED_BY_OPERATOR: 76.0,
    ClosingReason.ORIENTED: 11.0,
    ClosingReason.NO_HELP: 6.0,
    ClosingReason.UNREACHABLE: 4.0,
    ClosingReason.ABANDONED: 3.0,
}
BLOCKERS = {
    "COMPTE_INACCESSIBLE": 20.0,
    "DIFFICULTE_NUMERIQUE": 18.0,
    "DOSSIER_INCOMPLET": 15.0,
    "ABSENCE_PAIEMENT": 12.0,
    "VERSEMENT_BLOQUE": 9.0,
    "DOCUMENT_NON_RECU": 9.0,
    "MESSAGERIE_PERDUE": 6.0,
    "BUG_INFORMATIQUE": 5.0,
    "REFUS_SANS_EXPLICATION": 4.0,
    "DETTE_OU_RETENUE": 2.0,
}
QUESTIONS = (
    "Où en est le dossier, et que manque-t-il ?",
    "Le versement est arrêté depuis le mois dernier : pourquoi ?",
    "La demande en ligne est bloquée : pouvez-vous la débloquer ?",
    "La pièce demandée a été envoyée deux fois : est-elle arrivée ?",
    "Quelle est la suite après le refus ?",
)
ANSWERS = (
    "Dossier complet : traitement sous dix jours.",
    "Le compte est débloqué, la personne peut se reconnecter.",
    "Versement relancé, il apparaîtra à la prochaine échéance.",
    "Pièce bien reçue, rien d’autre à fournir.",
    "Le refus vient des ressources déclarées : une correction est possible en ligne.",
    "Rendez-vous téléphonique fixé avec la personne.",
)
MISSING = (
    "Il manque le dernier avis d’impôt.",
    "Il manque un justificatif de domicile de moins de trois mois.",
    "Le RIB est illisible, merci de le renvoyer.",
)

Thing = TypeVar("Thing")


class Urn(Generic[Thing]):
    """Things drawn by their weights, quickly."""

    def __init__(self, weights: Iterable[tuple[Thing, float]]) -> None:
        pairs = list(weights)
        self._things = [thing for thing, _ in pairs]
        self._weights = list(accumulate(weight for _, weight in pairs))

    def draw(self, chance: Random) -> Thing:
        return chance.choices(self._things, cum_weights=self._weights)[0]

    def draw_many(self, chance: Random, count: int) -> list[Thing]:
        return chance.choices(self._things, cum_weights=self._weights, k=count)


Need = tuple[Operator, Procedure]


def needs(procedures: Iterable[Procedure], shares: Mapping[str, float] = SHARES) -> Urn[Need]:
    """Pairs of an operator and a démarche; the first démarches of an operator are the most frequent.

    Half of what the MSA receives are démarches of the Caf, of the Assurance Maladie or of the Assurance retraite, for
    people of the farming scheme.
    """
    by_operator: dict[Operator, list[Procedure]] = {}
    instead: dict[Operator, list[Procedure]] = {}
    for procedure in procedures:
        by_operator.setdefault(procedure.operator, []).append(procedure)
        if procedure.alternative_operator is not None:
            instead.setdefault(procedure.alternative_operator, []).append(procedure)
    weights: list[tuple[Need, float]] = []
    for operator, own in by_operator.items():
        share, others = shares.get(operator.code, 0.0), instead.get(operator, [])
        weights += _shared_out(operator, own, share / 2 if others else share)
        weights += _shared_out(operator, others, share / 2)
    return Urn(weights)


def _shared_out(operator: Operator, procedures: list[Procedure], share: float) -> list[tuple[Need, float]]:
    parts = [1 / (rank + 1.5) for rank, _ in enumerate(procedures)]
    return [((operator, p), share * part / sum(parts)) for p, part in zip(procedures, parts, strict=True)]
