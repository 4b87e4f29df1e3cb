"""A small Workways account with people and rooms, and the portal's mirror of it."""

from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from bookings.catalog.models import Room as MirroredRoom
from bookings.mail.models import OutboxMail
from bookings.mail.queries import MailBody, open_body
from portal.celery import TIMETABLE, app
from portal.embedded.models import Membership, Organization, Room, Site, User

KNOWN = "jean.dupont@acme.example"
ARCHIVED = "paul.archive@acme.example"
NEW = "nina.neuf@startup.example"


@dataclass(frozen=True)
class World:
    """The rows that tests speak of."""

    site: Site
    seine: Room
    marne: Room
    office: Room
    acme: Organization

    @property
    def mirrored(self) -> MirroredRoom:
        """Salle Seine as the portal mirrors it."""
        return MirroredRoom.objects.get(workways_id=self.seine.id)


def build_world() -> World:
    """One site in Paris with two meeting rooms and an office, a known company, an archived person; mirrored."""
    site = Site.objects.create(id="5a" * 12, name="Workways Paris République", country="FR", zone_name="Europe/Paris")
    acme = Organization.objects.create(
        id="0c" * 12, name="Acme Corp", folded_name="acme corp", country="FR", activated_at=timezone.now()
    )
    Membership.objects.create(organization=acme, site=site, position=0)
    for number, (email, first, last, archived) in enumerate(
        ((KNOWN, "Jean", "Dupont", False), (ARCHIVED, "Paul", "Archive", True))
    ):
        User.objects.create(
            id=f"{number + 1:024x}",
            email=email,
            first_name=first,
            last_name=last,
            role="principal-admin" if not archived else "user",
            organization=acme,
            is_archived=archived,
            verified_at=timezone.now(),
            language="fr",
        )
    seine = make_meeting_room(site, "c1" * 12, "Salle Seine", people=8)
    marne = make_meeting_room(site, "c2" * 12, "Salle Marne", people=12)
    office = Room.objects.create(
        id="0f" * 12,
        site=site,
        name="Bureau Opéra",
        public_name="Bureau Opéra",
        type="publicOffice",
        default_state="forrent",
        actual_state="forrent",
        max_person=4,
        nb_seat=4,
        price_per_month="850",
    )
    mirror()
    return World(site, seine, marne, office, acme)


def make_meeting_room(site: Site, id: str, name: str, *, people: int) -> Room:
    """A room open on weekdays from nine to six, 20 euro an hour, 70 half a day, 120 a day."""
    return Room.objects.create(
        id=id,
        site=site,
        name=name,
        public_name=name,
        type="publicMeeting",
        default_state="bookable",
        actual_state="bookable",
        surface=25,
        description="A quiet room with a view of the square.",
        min_person=1,
        max_person=people,
        nb_seat=people,
        configuration="boardroom",
        other_configuration="Video conferencing, whiteboard",
        min_minutes=60,
        max_minutes=480,
        step_minutes=30,
        slot_week="09:00-18:00",
        hour_minor=2000,
        half_day_minor=7000,
        day_minor=12000,
    )


def mirror() -> None:
    """Reads catalog and calendars now."""
    call_command("refresh", stdout=StringIO(), stderr=StringIO())


def work() -> None:
    """What the worker does at one round of the timetable, in this process."""
    app.loader.import_default_modules()
    for name in TIMETABLE:
        app.tasks[name]()


def mails_to(address: str, kind: str | None = None) -> list[OutboxMail]:
    """The mails to an address, oldest first."""
    found = OutboxMail.objects.filter(to=address).order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def last_mail(address: str, kind: str | None = None) -> MailBody:
    """What the newest mail to an address says."""
    return open_body(mails_to(address, kind)[-1])
