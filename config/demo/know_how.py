"""What does the invented network know already: which notes, what was said of them, which requests they solved?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Team, User
from config.demo.chance import dice
from config.demo.people import Accounts
from partners.models import Blocker, KnowHowNote, NoteOpinion, NoteState, Opinion, Procedure
from partners.versions import sign
from referrals.models import Outcome, ServiceRequest

DRAFT, PUBLISHED, OUTDATED = NoteState.DRAFT, NoteState.PUBLISHED, NoteState.OUTDATED
LATELY = timedelta(days=60)


@dataclass(frozen=True)
class Page:
    """A note as it is told; `days` ago it was written, and `solved` so many requests since."""

    procedure: str
    blocker: str
    title: str
    text: str
    days: int
    to_bring: str = ""
    links: str = ""
    state: NoteState = PUBLISHED
    useful: int = 0
    solved: int = 0


PAGES = (
    Page(
        "CPAM_INDEMNITES",
        "",
        "Indemnités journalières : l’attestation de salaire manque presque toujours",
        "Sur ameli, ouvrir « Mes démarches », puis le suivi de l’arrêt. Si l’attestation de salaire n’apparaît pas, "
        "c’est à l’employeur de la déposer en ligne : la personne la lui demande par écrit.\n"
        "Plusieurs employeurs : une attestation pour chacun.",
        80,
        to_bring="L’avis d’arrêt de travail et les trois derniers bulletins de salaire.",
        links="https://www.ameli.fr/assure/remboursements/indemnites-journalieres",
        useful=9,
        solved=14,
    ),
    Page(
        "CPAM_INDEMNITES",
        "ABSENCE_PAIEMENT",
        "Paiement arrêté après une prolongation",
        "Vérifier que la prolongation est signée du même médecin, ou d’un médecin qu’il a désigné. Sinon, la "
        "caisse attend un mot du médecin : le déposer dans la messagerie ameli avec l’objet « prolongation ».",
        41,
        useful=4,
        solved=5,
    ),
    Page(
        "FT_PERMIS",
        "",
        "Permis : la demande reste « en cours d’instruction »",
        "Deux causes fréquentes : la photo n’a pas de code de signature numérique, ou le justificatif de domicile "
        "a plus de six mois. Remplacer la pièce dans la demande existante ; ne pas en ouvrir une seconde, elle "
        "bloque la première.",
        65,
        to_bring="Une photo avec son code, un justificatif de domicile récent.",
        links="https://permisdeconduire.ants.gouv.fr",
        useful=7,
        solved=11,
    ),
    Page(
        "FT_PERMIS",
        "MESSAGERIE_PERDUE",
        "Compte France Titres créé avec une messagerie perdue",
        "Se connecter par FranceConnect avec un autre compte (Ameli, Impôts) : l’ancien dossier se retrouve par "
        "le numéro de permis, et l’adresse se change dans « Mon compte ».",
        22,
        useful=3,
        solved=4,
    ),
    Page(
        "FT_CARTE_GRISE",
        "",
        "Carte grise : code de cession perdu",
        "Le vendeur le retrouve dans son espace, rubrique « Mes démarches ». S’il ne répond pas, la demande peut "
        "partir sans code : joindre le certificat de cession signé des deux, et cocher « je ne possède pas le code ».",
        120,
        to_bring="Le certificat de cession, l’ancienne carte barrée.",
        useful=11,
        solved=18,
    ),
    Page(
        "CAF_AIDES_LOGEMENT",
        "VERSEMENT_BLOQUE",
        "Aide au logement suspendue : l’attestation de loyer",
        "La Caf attend l’attestation de loyer de juillet du bailleur. Le bailleur la remplit en ligne en deux "
        "minutes ; un bailleur particulier peut la donner sur papier, à déposer dans « Mes documents ».",
        95,
        to_bring="Une quittance récente et le nom du bailleur tel qu’il est au bail.",
        useful=8,
        solved=12,
    ),
    Page(
        "CAF_AIDES_LOGEMENT",
        "",
        "Changement de logement : dans quel ordre déclarer",
        "D’abord l’adresse dans « Mon profil », puis la demande d’aide pour le nouveau logement. Dans l’autre sens, la "
        "demande est refusée d’office et il faut attendre le lendemain.",
        50,
        useful=5,
        solved=6,
    ),
    Page(
        "CAF_RSA",
        "COMPTE_INACCESSIBLE",
        "Espace Caf bloqué : le mot de passe provisoire par courrier",
        "Au bout de trois essais, le compte se bloque une journée. Le mot de passe provisoire peut être demandé "
        "par SMS si le téléphone est à jour ; sinon par courrier, en cinq jours. La déclaration peut se faire au "
        "guichet d’ici là.",
        33,
        useful=6,
        solved=9,
    ),
    Page(
        "RETRAITE_CARRIERE",
        "DOSSIER_INCOMPLET",
        "Trimestres manquants : quelles preuves sont acceptées",
        "Bulletins de salaire, mais aussi un contrat avec une attestation de l’employeur, ou un relevé de la caisse de "
        "congés payés. Une seule preuve par trimestre suffit. La régularisation se demande en ligne dès 55 ans.",
        70,
        useful=4,
        solved=3,
    ),
    Page(
        "TRAVAIL_ALLOCATION",
        "REFUS_SANS_EXPLICATION",
        "Refus d’allocation : demander le motif avant de contester",
        "Le motif est dans « Mes échanges », document joint, et non dans le courrier. Huit fois sur dix, il manque une "
        "attestation d’employeur : la demander au dernier employeur, qui la dépose par la DSN.",
        27,
        useful=3,
        solved=4,
    ),
    Page(
        "CHEQUE_NON_RECU",
        "DOCUMENT_NON_RECU",
        "Chèque énergie non reçu : vérifier le compteur d’abord",
        "Il faut un compteur au nom de la personne et un avis d’impôt de l’an dernier. Faire l’essai "
        "d’éligibilité en ligne, puis la réclamation sur le même site, avec le numéro du point de livraison.",
        15,
        to_bring="Une facture d’électricité, le dernier avis d’impôt.",
        links="https://chequeenergie.gouv.fr",
        useful=5,
        solved=8,
    ),
    Page(
        "DGFIP_PAIEMENT",
        "DETTE_OU_RETENUE",
        "Délai de paiement : le formulaire que le centre accepte",
        "Demander l’échéancier par la messagerie sécurisée, motif « J’ai des difficultés pour payer », avec un "
        "montant et une durée. Sans montant proposé, la réponse tarde d’un mois.",
        110,
        useful=2,
        state=OUTDATED,
    ),
    Page(
        "CPAM_C2S",
        "DOSSIER_INCOMPLET",
        "Complémentaire santé solidaire : un foyer, une demande",
        "Une seule demande pour le foyer, avec les ressources de chacun. Les enfants majeurs rattachés "
        "fiscalement signent aussi. La liste des pièces dépend des réponses : la relire à la fin.",
        18,
        useful=2,
        solved=2,
    ),
    Page(
        "TRAVAIL_INSCRIPTION",
        "DIFFICULTE_NUMERIQUE",
        "Inscription sans adresse électronique",
        "Créer l’adresse avec la personne, noter l’identifiant sur le carnet remis par le site, puis inscrire. "
        "L’entretien peut se demander au téléphone à l’étape « contact ».",
        4,
        state=DRAFT,
    ),
    Page(
        "RETRAITE_REVERSION",
        "",
        "Réversion : une demande pour toutes les caisses",
        "Le service en ligne unique envoie la demande à toutes les caisses de base et complémentaires. Inutile "
        "d’écrire à chacune : les doubles retardent le paiement.",
        2,
        to_bring="Le livret de famille et le dernier avis d’impôt.",
        state=DRAFT,
    ),
)


def write_know_how(office: Team, accounts: Accounts, now: datetime) -> int:
    """The notes with what was said of them, and the requests they solved; how many notes."""
    procedures = {procedure.code: procedure for procedure in Procedure.objects.all()}
    blockers = {blocker.code: blocker for blocker in Blocker.objects.all()}
    readers = sorted({person.pk: person for team in accounts.authors.values() for person in team}.values(), key=_pk)
    chance = dice(76, "know_how")
    opinions: list[NoteOpinion] = []
    for page in PAGES:
        author, *others = chance.sample(readers, page.useful + 3)
        note = _written(page, office, author, accounts.partner_manager, procedures, blockers, now)
        opinions += [_said(note, person, Opinion.USEFUL, now) for person in others[: page.useful]]
        if page.state == OUTDATED:
            opinions += [_said(note, person, Opinion.OUTDATED, now) for person in others[page.useful :]]
        _solved(note, page.solved, now)
    NoteOpinion.objects.bulk_create(opinions)
    return len(PAGES)


def _pk(person: User) -> int:
    return person.pk


def _written(
    page: Page,
    office: Team,
    author: User,
    manager: User,
    procedures: Mapping[str, Procedure],
    blockers: Mapping[str, Blocker],
    now: datetime,
) -> KnowHowNote:
    written_at = now - timedelta(days=page.days)
    is_reviewed = page.state != DRAFT
    note = KnowHowNote(
        office=office,
        procedure=procedures[page.procedure],
        blocker=blockers[page.blocker] if page.blocker else None,
        title=page.title,
        what_solved_it=page.text,
        what_to_bring=page.to_bring,
        links=page.links,
        state=page.state,
        author=author,
        written_at=written_at,
        reviewed_by=manager if is_reviewed else None,
        reviewed_at=written_at + timedelta(days=1) if is_reviewed else None,
    )
    sign(note, by=manager if is_reviewed else author, now=note.reviewed_at or written_at).save()
    return note


def _said(note: KnowHowNote, person: User, opinion: str, now: datetime) -> NoteOpinion:
    since = note.reviewed_at or note.written_at
    return NoteOpinion(note=note, user=person, opinion=opinion, at=since + (now - since) / 2)


def _solved(note: KnowHowNote, number: int, now: datetime) -> None:
    """Requests that the counter solved since the note is there."""
    since = max(note.reviewed_at or now, now - LATELY)
    solved = ServiceRequest.objects.filter(procedure=note.procedure, outcome=Outcome.SOLVED, received_at__gte=since)
    free = solved.filter(solved_with__isnull=True).order_by("-received_at", "pk").values_list("pk", flat=True)
    ServiceRequest.objects.filter(pk__in=list(free[:number])).update(solved_with=note)
