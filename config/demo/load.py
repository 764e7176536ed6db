"""How is the invented département put in an empty database, from the territories to the mail on its way?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from django.db import connection, transaction

from accounts.models import Team, User
from config.demo import quickly
from config.demo.buses import BUSES
from config.demo.catalogue import needs
from config.demo.chance import dice
from config.demo.changes import write_changes
from config.demo.diary import Opening, arrivals, desk_of, openings, operators_desk
from config.demo.digital import write_digital
from config.demo.exceptions import write_closures, write_labels
from config.demo.follow_up import REMEMBERED, Chronicler
from config.demo.hours import timetable
from config.demo.know_how import write_know_how
from config.demo.local_actions import write_local_actions
from config.demo.local_services import write_local_services
from config.demo.market_towns import MARKET_TOWNS
from config.demo.network import Territory, write_locations, write_structures
from config.demo.orientation import write_oriented, write_what_they_serve
from config.demo.partners import Switchboard, write_contacts
from config.demo.people import DEMO_SITE, Accounts, write_accounts, write_counsellors, write_teams
from config.demo.places import Site
from config.demo.requests import Cast, Clerk, solved_shares
from config.demo.teams import write_departure, write_presences, write_sessions
from config.demo.towns import TOWNS
from config.demo.upkeep import write_upkeep
from config.demo.visits import write_visits
from config.demo.waiting import SCENES, Stage, Staged, Standing
from partners.actions import load_reference
from partners.models import Blocker, Contact, Procedure
from quality.actions import load_charter
from referrals.actions import refer
from referrals.actions.identities import marks_of
from referrals.models import Identity, IdentityMark, Promise, ReferralChannel, ServiceRequest
from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_between
from structures.models import Structure
from territories.actions import load_territories
from territories.models import Commune

EVERYWHERE: tuple[Site, ...] = (*TOWNS, *MARKET_TOWNS, *BUSES)
SEED, REQUESTS, FEWEST = 76, 100_000, 100
BATCH = 2_000
NEIGHBOURS = 12

Say = Callable[[str], None]


def is_empty() -> bool:
    """Whether nobody has begun to use this database; territories and operators may be there."""
    return not any(model.objects.exists() for model in (User, Team, Structure, Contact, ServiceRequest))


def load(*, now: datetime, say: Say, requests: int = REQUESTS, seed: int = SEED) -> None:
    """Fill an empty database, all of it or nothing, then let the database measure its tables.

    `requests` counts those of twelve months, among which those that wait now. ValueError under FEWEST.
    """
    if requests < FEWEST:
        raise ValueError(f"Il faut au moins {FEWEST} demandes.")
    with transaction.atomic():
        _Load(now, say, seed).run(requests)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class _Load:
    def __init__(self, now: datetime, say: Say, seed: int) -> None:
        self.now, self.say, self.seed = now, say, seed
        self.today = now.astimezone(PARIS).date()
        year = self.today.year
        self.calendar: Calendar = calendar_between(date(year - 1, 1, 1), date(year + 1, 1, 1))

    def run(self, requests: int) -> None:
        self.say("Communes et intercommunalités")
        load_territories()
        self.say("Opérateurs, démarches et charte")
        load_reference(self.now)
        load_charter(self.now)
        self._network()
        self._directory()
        self._requests(requests)

    def _network(self) -> None:
        self.territory = Territory.read()
        teams = write_teams(EVERYWHERE)
        self.accounts: Accounts = write_accounts(EVERYWHERE, teams, self.now, self.seed)
        self.structures = write_structures(EVERYWHERE, teams, self.seed)
        places = write_locations(EVERYWHERE, self.structures, self.territory, self.today, self.seed)
        self.say(f"{len(self.structures)} structures, {places} points d’accueil et leurs horaires")
        write_closures(EVERYWHERE, self.structures, self.today)
        decisions = write_labels(EVERYWHERE, self.structures, self.accounts.coordinator, self.today, self.now)
        changes = write_changes(self.structures, self.accounts.authors, self.now)
        self.say(f"{decisions} décisions sur les labels, {changes} modifications récentes")
        people = write_counsellors(EVERYWHERE, self.structures, self.accounts, self.today, self.seed)
        visits = write_visits(EVERYWHERE, self.structures, self.accounts.coordinator, self.today, self.seed)
        self.say(f"{people} conseillers et leurs formations, {visits} visites")
        presences = write_presences(EVERYWHERE, self.structures, self.seed)
        sessions = write_sessions(teams.coordination, self.today)
        self.say(f"{presences} présences, {sessions} sessions de formation")
        self.teams = teams

    def _directory(self) -> None:
        contacts = write_contacts(
            office=self.teams.partner_office,
            by=self.accounts.partner_manager,
            now=self.now,
            today=self.today,
            seed=self.seed,
        )
        helps = write_local_services(self.teams, self.seed)
        write_what_they_serve()
        self.switchboard = Switchboard(contacts, self.now, self.calendar)
        self.say(f"{len(contacts)} interlocuteurs, {helps} services locaux")
        self.say(f"{write_upkeep(contacts, self.accounts.authors, self.now)} fiches à tenir à jour")
        workshops, months = write_digital(by=self.accounts.digital_coordinator, now=self.now, seed=self.seed)
        sessions = write_local_actions(coordination=self.teams.coordination, now=self.now, seed=self.seed)
        self.say(f"{workshops} ateliers, {months} mois d’activité, {sessions} séances de SOS paperasse")

    def _requests(self, count: int) -> None:
        doors = {site.slug: openings(site, self.now, self.calendar) for site in EVERYWHERE}
        procedures = list(Procedure.objects.in_use().select_related("operator", "alternative_operator").order_by("pk"))
        cast = self._cast(procedures)
        past = count - len(SCENES)
        people = arrivals(doors, past, dice(self.seed, "arrivals"))
        clerk = Clerk(cast, dice(self.seed, "requests"), self.now)
        chronicler = self._chronicler()
        rows = clerk.past(people, solved_shares(EVERYWHERE, 0.82 * count / past))
        self._save(rows, count, chronicler)
        staged = self._stage(clerk, doors, procedures)
        self._tell([each.request for each in staged], chronicler, self.now - REMEMBERED)
        chronicler.thread.write()
        self.say("Échanges des trois derniers mois")
        self.say(f"{write_oriented(self.now, self.seed)} demandes orientées vers un service local")
        self.say(f"{write_know_how(self.teams.partner_office, self.accounts, self.now)} fiches de savoir-faire")
        self._hand_over_by_mail(staged)
        write_departure(self.structures, self.today)

    def _cast(self, procedures: Sequence[Procedure]) -> Cast:
        return Cast(
            structures=self.structures,
            authors=self.accounts.authors,
            neighbours={site.slug: nearest(self.territory.communes, site.home.insee) for site in EVERYWHERE},
            desks={site.slug: desk_of(site, self.now, self.calendar) for site in EVERYWHERE},
            needs=needs(procedures),
            blockers={blocker.code: blocker for blocker in Blocker.objects.all()},
            operators_desk=operators_desk(timetable("lun-ven 8:45-12:00 13:30-16:45"), self.now, self.calendar),
            promise=Promise.in_force(self.today),
        )

    def _chronicler(self) -> Chronicler:
        communes = self.territory.communes
        return Chronicler(
            switchboard=self.switchboard,
            communes=communes,
            homes={self.structures[site.slug].pk: communes[site.home.insee] for site in EVERYWHERE},
            chance=dice(self.seed, "exchanges"),
            now=self.now,
        )

    def _save(self, rows: Iterable[ServiceRequest], count: int, chronicler: Chronicler) -> None:
        """In batches, saying where it is; those of the last months get their number, for their story to hang on."""
        saved, told, since = 0, 0, self.now - REMEMBERED
        for batch in _batches(rows):
            if batch[-1].received_at < since:
                quickly.insert(ServiceRequest, batch)
            else:
                self._tell(ServiceRequest.objects.bulk_create(batch), chronicler, since)
            saved += len(batch)
            if (percent := 100 * (saved + len(SCENES)) // count // 20 * 20) > told:
                told = percent
                self.say(f"{french(count)} demandes\u00a0: {percent}\u00a0%")

    def _tell(self, requests: Iterable[ServiceRequest], chronicler: Chronicler, since: datetime) -> None:
        for request in requests:
            if request.received_at >= since:
                chronicler.tell(request)

    def _stage(
        self, clerk: Clerk, doors: Mapping[str, Sequence[Opening]], procedures: Sequence[Procedure]
    ) -> list[Staged]:
        sites = {site.slug: site for site in EVERYWHERE}
        known = {procedure.code: (procedure.operator, procedure) for procedure in procedures}
        staged = list(Stage(clerk, sites, doors).play(known))
        ServiceRequest.objects.bulk_create([each.request for each in staged])
        residents = [each.identity(number) for number, each in enumerate(staged)]
        identities = Identity.objects.bulk_create([resident for resident in residents if resident is not None])
        IdentityMark.objects.bulk_create([mark for identity in identities for mark in marks_of(identity)])
        return staged

    def _hand_over_by_mail(self, staged: Sequence[Staged]) -> None:
        """Through the action itself, so that the mail and its signed link are real."""
        home = self._home()
        for each in staged:
            if each.scene.standing is Standing.BY_MAIL_NOW:
                request = each.request
                refer(
                    request=request,
                    contact=self.switchboard.contacts_for(request.procedure, request.operator, home)[0],
                    channel=ReferralChannel.MAIL,
                    question="La demande est déposée depuis trois semaines\u00a0: quelle pièce manque-t-il\u00a0?",
                    now=self.now,
                    by=self.accounts.counsellor,
                )

    def _home(self) -> Commune:
        site = next(site for site in EVERYWHERE if site.slug == DEMO_SITE)
        return self.territory.communes[site.home.insee]


def _batches(rows: Iterable[ServiceRequest]) -> Iterator[list[ServiceRequest]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def nearest(communes: Mapping[str, Commune], insee: str) -> list[str]:
    """INSEE codes of the communes around one, itself first."""
    centre = communes[insee]

    def distance(commune: Commune) -> tuple[float, str]:
        north, east = commune.latitude - centre.latitude, (commune.longitude - centre.longitude) * 0.65
        return (north * north + east * east, commune.insee)

    return [commune.insee for commune in sorted(communes.values(), key=distance)[:NEIGHBOURS]]


def french(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
