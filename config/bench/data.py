"""On which rows is it measured? 38 structures, one of them very busy, and a national directory of contacts."""

import io
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.management import call_command
from django.db import connection

from accounts.models import JournalEntry, Membership, Team, User, journal
from accounts.permissions import TeamKind
from config.bench.history import add_history
from partners.models import Contact, Operator, Procedure, Rule
from referrals.models import ClosingReason, Outcome, Referral, ReferralChannel, ServiceRequest
from schedules.models import Schedule, Slot
from structures.models import Location, LocationKind, Structure
from territories.models import Commune, Departement

STRUCTURES, DEPARTEMENTS, OPEN, SMALL = 38, 100, 40, 1_000
_VERB = "bench"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BATCH = 2_000
_OF_EVERY_KIND = 20_000
_HOURS = [(time(9), time(12)), (time(13, 30), time(17))]


class NotOurs(Exception):
    """The database holds something else: nothing is measured on it, nothing is changed in it."""


@dataclass(frozen=True)
class Rows:
    """What the measures need to name."""

    busy: Structure
    quiet: Structure
    counsellor: User
    counsellor_of_quiet: User
    coordinator: User
    procedure: Procedure
    commune: Commune
    request: ServiceRequest
    referral: Referral


@dataclass(frozen=True)
class Size:
    """How many requests the busy structure has, how many contacts the country, and how many démarches (at least)."""

    requests: int
    contacts: int
    procedures: int = 0

    @property
    def of_quiet(self) -> int:
        """Requests of each other structure."""
        return max(OPEN + 1, min(SMALL, self.requests // 10))

    def mark(self, day: date) -> str:
        return f"{self.requests} {self.contacts} {self.procedures} {day}"


def prepare(size: Size, now: datetime) -> bool:
    """Make the rows, unless this database already has them; says whether it wrote. Raises `NotOurs`.

    Dates are relative to the day, so the rows of another day are made again.
    """
    marks = set(JournalEntry.objects.filter(verb=_VERB).values_list("subject", flat=True))
    if size.mark(now.date()) in marks:
        return False
    if not marks and (Structure.objects.exists() or User.objects.exists()):
        raise NotOurs
    if marks:
        call_command("flush", interactive=False, verbosity=0)
    # Written first: a load that was interrupted leaves a database known as ours.
    journal(verb=_VERB, subject="begun", now=now, actor="bench")
    _write(size, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    journal(verb=_VERB, subject=size.mark(now.date()), now=now, actor="bench")
    return True


def _write(size: Size, now: datetime) -> None:
    for command in ("import_territories", "load_operators", "load_charter"):
        call_command(command, stdout=io.StringIO())
    coordination = Team.objects.create(kind=TeamKind.COORDINATION, name="Coordination")
    office = Team.objects.create(kind=TeamKind.PARTNER_OFFICE, name="Cellule partenaires")
    _member("coordinator", coordination)
    _write_procedures(size.procedures)
    _write_contacts(size.contacts, office, now)
    communes = list(Commune.objects.order_by("-population")[:STRUCTURES])
    for number, commune in enumerate(communes):
        team = Team.objects.create(kind=TeamKind.STRUCTURE, name=f"France services {number:02d}")
        structure = Structure.objects.create(
            name=team.name,
            slug=f"bench-{number:02d}",
            departement_id=commune.departement_id,
            team=team,
            coordination=coordination,
            partner_office=office,
        )
        Location.objects.create(
            structure=structure, kind=LocationKind.MAIN, commune=commune, schedule=_schedules(1)[0], postcode="76000"
        )
        author = _member(f"counsellor{number:02d}", team)
        _write_requests(structure, author, size.requests if number == 0 else size.of_quiet, now)
    _hand_over(now)


def _member(name: str, team: Team) -> User:
    user = User.objects.create(email=f"{name}@exemple.fr", full_name=name, password="!")  # nobody signs in
    Membership.objects.create(user=user, team=team)
    return user


def _schedules(count: int) -> list[Schedule]:
    schedules = Schedule.objects.bulk_create(Schedule() for _ in range(count))
    Slot.objects.bulk_create(
        [
            Slot(schedule=schedule, weekday=weekday, opens=opens, closes=closes)
            for schedule in schedules
            for weekday in range(5)
            for opens, closes in _HOURS
        ],
        batch_size=_BATCH,
    )
    return schedules


def _write_contacts(count: int, office: Team, now: datetime) -> None:
    """Contacts of every operator, spread over as many départements as the country has; each with hours and rules."""
    codes = ["76", *(f"B{number:02d}" for number in range(1, DEPARTEMENTS))]
    Departement.objects.bulk_create([Departement(code=code, name=code) for code in codes], ignore_conflicts=True)
    operators = list(Operator.objects.prefetch_related("procedures"))
    contacts = Contact.objects.bulk_create(
        [
            Contact(
                operator=operators[number // DEPARTEMENTS % len(operators)],
                name=f"Interlocutrice {number}",
                phone="02 61 91 00 20",
                mail=f"interlocutrice{number}@exemple.fr",
                schedule=schedule,
                office=office,
                checked_on=now.date(),
            )
            for number, schedule in enumerate(_schedules(count))
        ],
        batch_size=_BATCH,
    )
    Rule.objects.bulk_create(
        [
            Rule(contact=contact, procedure=procedure, departement_id=codes[number % DEPARTEMENTS])
            for number, contact in enumerate(contacts)
            for procedure in _followed(contact, number)
        ],
        batch_size=_BATCH,
    )


def _write_procedures(count: int) -> None:
    """As many démarches as asked, the real ones first; the others are theirs, said of a commune."""
    real = list(Procedure.objects.select_related("operator").order_by("pk"))
    communes = itertools.cycle(Commune.objects.order_by("pk").values_list("name", flat=True))
    rows = [
        Procedure(
            code=f"BENCH_{number}",
            operator=model.operator,
            theme=model.theme,
            name=f"{model.name[:90]}, {next(communes)}",
            synonyms=model.synonyms,
        )
        for number, model in zip(range(len(real), count), itertools.cycle(real), strict=False)
    ]
    Procedure.objects.bulk_create(rows, batch_size=_BATCH)


def _followed(contact: Contact, number: int) -> list[Procedure | None]:
    """One contact in five answers for all of the operator, the others for two démarches."""
    procedures = list(contact.operator.procedures.all())
    if number // DEPARTEMENTS % 5 == 0 or len(procedures) < 2:
        return [None]
    first = number // DEPARTEMENTS % len(procedures)
    return [procedures[first], procedures[first - 1]]


def _write_requests(structure: Structure, author: User, count: int, now: datetime) -> None:
    """The latest are of every kind; what is older is copied by the database itself."""
    rows = _requests(structure, author, count, now)
    while batch := list(itertools.islice(rows, _BATCH)):
        ServiceRequest.objects.bulk_create(batch)
    if count > _OF_EVERY_KIND:
        closed = ServiceRequest.objects.filter(structure=structure, closed_at__isnull=False).latest("received_at")
        add_history(closed, first=_OF_EVERY_KIND + 1, last=count, now=now, step=timedelta(days=365) / count)


def _requests(structure: Structure, author: User, count: int, now: datetime) -> Iterator[ServiceRequest]:
    """A year of requests, the latest last; the forty latest are still open, a few of them late."""
    procedures = list(Procedure.objects.in_use().only("pk", "operator_id"))
    step = timedelta(days=365) / count
    for number in range(max(0, count - _OF_EVERY_KIND), count):
        received_at = now - step * (count - number)
        is_open, is_solved = number >= count - OPEN, number % 50 < 41  # 82 %
        if is_open:
            received_at = now - timedelta(hours=2) * (count - number)
        told_at = None if is_open else received_at if is_solved else received_at + timedelta(hours=20 + number % 60)
        procedure = procedures[number % len(procedures)]
        yield ServiceRequest(
            reference=_reference(structure, number, received_at),
            structure=structure,
            procedure=procedure,
            operator_id=procedure.operator_id,
            outcome=Outcome.SOLVED if told_at == received_at else Outcome.REFERRED,
            author=author,
            idempotency_key=uuid.uuid4(),
            received_at=received_at,
            due_at=received_at + timedelta(hours=72),
            resident_informed_at=told_at,
            closed_at=told_at,
            closing_reason=ClosingReason.SOLVED_HERE if told_at else "",
        )


def _reference(structure: Structure, number: int, received_at: datetime) -> str:
    """Shaped as the real ones, never twice the same."""
    number += structure.pk * 1_000_000
    drawn = "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(6))
    return f"FS76-{received_at:%y%m}-{drawn}"


def _hand_over(now: datetime) -> None:
    """One open request of the busy structure is in the hands of a contact."""
    busy = Structure.objects.get(slug="bench-00")
    caf = Procedure.objects.in_use().filter(operator__code="CAF").select_related("operator")[0]
    request = ServiceRequest.objects.filter(structure=busy, closed_at__isnull=True).order_by("-received_at")[0]
    ServiceRequest.objects.filter(pk=request.pk).update(procedure=caf, operator=caf.operator, referred_at=now)
    contact = Contact.objects.filter(operator=caf.operator, rules__departement="76").distinct()[0]
    Referral.objects.create(
        request=request,
        contact=contact,
        channel=ReferralChannel.MAIL,
        question="Où en est le dossier ?",
        author=request.author,
        sent_at=now,
    )


def read() -> Rows:
    """The rows that `prepare` made."""
    referral = Referral.objects.select_related("request__procedure__operator").order_by("pk")[0]
    busy = Structure.objects.get(slug="bench-00")
    return Rows(
        busy=busy,
        quiet=Structure.objects.get(slug="bench-01"),
        counsellor=User.objects.get(email="counsellor00@exemple.fr"),
        counsellor_of_quiet=User.objects.get(email="counsellor01@exemple.fr"),
        coordinator=User.objects.get(email="coordinator@exemple.fr"),
        procedure=referral.request.procedure,
        commune=Commune.objects.get(locations__structure=busy),
        request=referral.request,
        referral=referral,
    )
