"""Which requests wait right now, so that the desk of the demonstration shows each of its piles?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum, auto

from config.demo.catalogue import Need
from config.demo.chance import phone
from config.demo.diary import Opening, to_the_second
from config.demo.people import DEMO_SITE
from config.demo.places import Site
from config.demo.requests import Clerk
from referrals.models import Channel, Identity, Outcome, ServiceRequest
from schedules.calendars import PARIS


class Standing(Enum):
    """Where a waiting request stands."""

    WITH_OPERATOR = auto()
    ANSWERED = auto()
    CALL_BACK = auto()
    CALL_OPERATOR_BACK = auto()
    TO_HAND_OVER = auto()
    BY_MAIL_NOW = auto()
    """Handed over for good at the end of the load, through the action that writes the mail."""


class Promise(Enum):
    """How the promise stands: over, ending today, or later."""

    LATE = auto()
    TODAY = auto()
    LATER = auto()


@dataclass(frozen=True)
class Scene:
    site: str
    procedure: str
    promise: Promise
    standing: Standing
    resident: str = ""
    """Initials of an invented person, where a hand-over needs them."""


LATE, TODAY, LATER = Promise.LATE, Promise.TODAY, Promise.LATER
SCENES = (
    Scene(DEMO_SITE, "CAF_AIDES_LOGEMENT", LATE, Standing.WITH_OPERATOR, "M. L."),
    Scene(DEMO_SITE, "DGFIP_RECLAMATION", LATE, Standing.ANSWERED, "J.-P. D."),
    Scene(DEMO_SITE, "CPAM_REMBOURSEMENT", TODAY, Standing.WITH_OPERATOR, "A. B."),
    Scene(DEMO_SITE, "FT_CARTE_GRISE", TODAY, Standing.ANSWERED),
    Scene(DEMO_SITE, "RETRAITE_CARRIERE", LATER, Standing.ANSWERED, "S. R."),
    Scene(DEMO_SITE, "TRAVAIL_ALLOCATION", LATER, Standing.ANSWERED),
    Scene(DEMO_SITE, "CHEQUE_NON_RECU", LATER, Standing.CALL_BACK, "F. G."),
    Scene(DEMO_SITE, "CAF_RSA", LATER, Standing.CALL_OPERATOR_BACK, "N. K."),
    Scene(DEMO_SITE, "CPAM_INDEMNITES", LATER, Standing.TO_HAND_OVER),
    Scene(DEMO_SITE, "FT_PERMIS", LATER, Standing.TO_HAND_OVER),
    Scene(DEMO_SITE, "CPAM_C2S", LATER, Standing.BY_MAIL_NOW, "L. M."),
    Scene("le-havre-caucriauville", "CAF_RSA", LATE, Standing.WITH_OPERATOR),
    Scene("rouen-hauts-de-rouen", "DGFIP_PAIEMENT", LATE, Standing.WITH_OPERATOR),
    Scene("rouen-hauts-de-rouen", "CPAM_C2S", LATE, Standing.ANSWERED),
    Scene("aumale", "RETRAITE_REVERSION", LATE, Standing.WITH_OPERATOR),
    Scene("elbeuf", "TRAVAIL_INSCRIPTION", LATER, Standing.WITH_OPERATOR),
    Scene("dieppe-neuville", "CAF_PRESTATIONS_FAMILIALES", LATER, Standing.WITH_OPERATOR),
    Scene("yvetot", "URSSAF_CESU", LATER, Standing.ANSWERED),
    Scene("bus-caux-seine", "AGIRC_POINTS", LATER, Standing.WITH_OPERATOR),
)
LATEST_BY, LATEST_FROM = timedelta(hours=2), timedelta(hours=58)
"""How late the late ones are, between the two."""


@dataclass(frozen=True)
class Staged:
    """A request on stage, with who the resident is when that is known; neither is saved yet."""

    scene: Scene
    request: ServiceRequest

    def identity(self, number: int) -> Identity | None:
        if not self.scene.resident:
            return None
        return Identity(request=self.request, name=self.scene.resident, reach=phone(9001 + number))


class Stage:
    """Plays the scenes at an instant: the same seed and the same instant give the same requests."""

    def __init__(self, clerk: Clerk, sites: Mapping[str, Site], doors: Mapping[str, Sequence[Opening]]) -> None:
        self._clerk, self._sites, self._doors = clerk, sites, doors
        self._now, self._chance = clerk.now, clerk.chance

    def play(self, needs: Mapping[str, Need]) -> Iterator[Staged]:
        """One request per scene; `needs` are those of the scenes by the code of the démarche."""
        for scene in SCENES:
            site = self._sites[scene.site]
            received_at, at_the_door = self._received(site, scene)
            channel = Channel.COUNTER if at_the_door is not None else Channel.MAIL
            if at_the_door is not None and site.is_bus:
                channel = Channel.BUS_STOP
            request = self._clerk.logged(site, received_at, needs[scene.procedure], channel)
            request.blocker = self._clerk.blocker()
            self._stand(request, scene)
            yield Staged(scene, request)

    def _received(self, site: Site, scene: Scene) -> tuple[datetime, Opening | None]:
        """An instant of opening that gives the promise of the scene, else a message of that day."""
        earliest, latest = self._window(scene)
        fitting = [o for o in self._doors[site.slug] if o.starts < latest and o.ends > earliest]
        opening = self._chance.choice(fitting) if fitting else None
        first = max(opening.starts, earliest) if opening else earliest
        last = min(opening.ends, latest) if opening else latest
        # What falls due today does so as late as it can: the demonstration is looked at for a while.
        part = self._chance.uniform(0.6, 0.95) if scene.promise is Promise.TODAY else self._chance.uniform(0.2, 0.8)
        return to_the_second(first + (last - first) * part), opening

    def _window(self, scene: Scene) -> tuple[datetime, datetime]:
        promised = timedelta(hours=self._clerk.cast.promise.hours)
        just_due = self._now - promised
        tomorrow = self._now.astimezone(PARIS).date() + timedelta(days=1)
        due_tomorrow = datetime.combine(tomorrow, time(), tzinfo=PARIS).astimezone(UTC) - promised
        match scene.promise:
            case Promise.LATE:
                return just_due - LATEST_FROM, just_due - LATEST_BY
            case Promise.TODAY:
                return just_due, due_tomorrow
            case Promise.LATER:
                return due_tomorrow, self._now - timedelta(minutes=5)

    def _stand(self, request: ServiceRequest, scene: Scene) -> None:
        match scene.standing:
            case Standing.TO_HAND_OVER | Standing.BY_MAIL_NOW:
                return
            case Standing.CALL_BACK:
                request.outcome, request.call_back_at = Outcome.CALL_BACK, self._soon()
            case Standing.CALL_OPERATOR_BACK:
                self._clerk.hand_over(request, self._now)
                request.answered_at, request.call_back_at = None, self._soon()
            case Standing.WITH_OPERATOR:
                self._clerk.hand_over(request, self._now)
                request.answered_at = None
            case Standing.ANSWERED:
                self._clerk.hand_over(request, self._now)

    def _soon(self) -> datetime:
        """Within the hours that come, on the quarter of an hour."""
        at = self._now + timedelta(minutes=self._chance.choice((20, 50, 80)))
        return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
