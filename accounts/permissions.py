"""What may each kind of team do? The whole answer is the table below."""

from enum import StrEnum

from django.db.models import TextChoices


class TeamKind(TextChoices):
    STRUCTURE = "structure", "équipe d’une structure"
    COORDINATION = "coordination", "coordination départementale"
    PARTNER_OFFICE = "partner_office", "gestion des partenaires"
    DIGITAL_COORDINATION = "digital", "coordination du numérique"


class Can(StrEnum):
    """Named as one would say it: « can log a request »."""

    LOG_REQUEST = "log_request"
    FOLLOW_REQUESTS = "follow_requests"
    READ_IDENTITIES = "read_identities"
    READ_DIRECTORY = "read_directory"
    STEER_NETWORK = "steer_network"
    RECORD_VISIT = "record_visit"
    KEEP_SITE = "keep_site"
    KEEP_NETWORK = "keep_network"
    KEEP_PARTNERS = "keep_partners"
    KEEP_DIGITAL_ADVISORS = "keep_digital_advisors"
    KEEP_LOCAL_ACTIONS = "keep_local_actions"
    WRITE_KNOW_HOW = "write_know_how"


PERMISSIONS: dict[TeamKind, frozenset[Can]] = {
    TeamKind.STRUCTURE: frozenset(
        {
            Can.LOG_REQUEST,
            Can.FOLLOW_REQUESTS,
            Can.READ_IDENTITIES,
            Can.READ_DIRECTORY,
            Can.KEEP_SITE,
            Can.WRITE_KNOW_HOW,
        }
    ),
    TeamKind.COORDINATION: frozenset(
        {
            Can.STEER_NETWORK,
            Can.RECORD_VISIT,
            Can.READ_DIRECTORY,
            Can.KEEP_SITE,
            Can.KEEP_NETWORK,
            Can.KEEP_LOCAL_ACTIONS,
        }
    ),
    TeamKind.PARTNER_OFFICE: frozenset({Can.KEEP_PARTNERS, Can.READ_DIRECTORY, Can.WRITE_KNOW_HOW}),
    TeamKind.DIGITAL_COORDINATION: frozenset({Can.KEEP_DIGITAL_ADVISORS, Can.READ_DIRECTORY, Can.KEEP_LOCAL_ACTIONS}),
}
