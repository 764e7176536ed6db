"""How may a request come, who is the person, what is given to it and how may it end? Closed lists."""

from django.db import models


class Outcome(models.TextChoices):
    SOLVED = "solved", "Réglée ici"
    REFERRED = "referred", "À transmettre"
    CALL_BACK = "call_back", "À rappeler"


class Channel(models.TextChoices):
    """How the resident came."""

    COUNTER = "counter", "au guichet"
    PHONE = "phone", "par téléphone"
    MAIL = "mail", "par message"
    APPOINTMENT = "appointment", "sur rendez-vous"
    WORKSHOP = "workshop", "lors d’un atelier"
    BUS_STOP = "bus_stop", "à un arrêt du bus"


class AgeBand(models.TextChoices):
    """How old the person seems or says to be: never asked, noted when it helps."""

    UNDER_18 = "0-17", "moins de 18 ans"
    TO_25 = "18-25", "18 à 25 ans"
    TO_39 = "26-39", "26 à 39 ans"
    TO_59 = "40-59", "40 à 59 ans"
    TO_74 = "60-74", "60 à 74 ans"
    OVER_75 = "75", "75 ans et plus"


class Situation(models.TextChoices):
    """What the person does; a closed list, without anything about health."""

    EMPLOYED = "employed", "en emploi"
    SELF_EMPLOYED = "self_employed", "à son compte"
    LOOKING = "looking", "en recherche d’emploi"
    STUDENT = "student", "en études ou en formation"
    RETIRED = "retired", "à la retraite"
    OTHER = "other", "autre situation"


class ClosingReason(models.TextChoices):
    SOLVED_HERE = "solved_here", "réglée ici"
    SOLVED_BY_OPERATOR = "solved_by_operator", "réglée par l’opérateur"
    ORIENTED = "oriented", "orientée ailleurs"
    NO_HELP = "no_help", "sans solution possible"
    UNREACHABLE = "unreachable", "personne injoignable"
    ABANDONED = "abandoned", "abandonnée par la personne"

    @property
    def tells_the_resident(self) -> bool:
        """Whether the resident learnt something useful, even that nobody can help; the promise ends there only."""
        return self not in (ClosingReason.UNREACHABLE, ClosingReason.ABANDONED)
