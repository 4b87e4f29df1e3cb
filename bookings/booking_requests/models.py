"""A booking request, its history, the words it is found by, and what guests ask of staff afterwards."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.availability.models import Hold
from bookings.booking_requests.states import NEEDS_STAFF, Presence, State, What
from bookings.catalog.models import Room
from bookings.catalog.words import words_of
from bookings.core.answers import Standing
from bookings.core.identifiers import new_reference
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from portal import clock

_FOUND_BY = frozenset({"reference", "name", "email"})


class RequestRows(models.QuerySet["BookingRequest"]):
    """Requests; whatever changes their name or address, in one statement or one by one, changes their words as well."""

    def update(self, **fields: Any) -> int:
        """As always; who is found by these fields is found by the new ones."""
        if not _FOUND_BY & fields.keys():
            return super().update(**fields)
        changed = list(self.values_list("pk", flat=True))
        updated = super().update(**fields)
        write_words(BookingRequest.objects.filter(pk__in=changed))
        return updated


class BookingRequest(models.Model):
    """What one person asked for, frozen as they saw it, and what became of it.

    `state` moves only in `actions.move`, which writes the history. The price is the one last shown, None "on request".
    `known_uids` are the feed's UIDs just before sending, so that settling can tell our meeting from an older one.
    `refusal` says why a request is where it is: a code of `states.Why`, empty while all is well.
    A booked meeting is looked for in the room's feed: `presence` says how that stands and `presence_at` since which
    reading, `feed_version` which version of the feed was compared, `meeting_uid` how the feed names the meeting. When
    it moved there, `start` and `end` are the new time, `former_start` and `former_end` the one before.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    state = models.CharField(max_length=24, choices=State, default=State.AWAITING_PROOF)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="requests")
    start = models.DateTimeField()
    end = models.DateTimeField()
    zone_name = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    browser_key = models.CharField(max_length=64, db_index=True)
    hold = models.OneToOneField(Hold, null=True, blank=True, on_delete=models.SET_NULL, related_name="request")
    price_minor = models.PositiveIntegerField(null=True, blank=True)
    price_is_exact = models.BooleanField(default=False)
    price_fingerprint = models.CharField(max_length=64, blank=True)
    standing = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Standing], default=Standing.UNKNOWN)
    created_at = models.DateTimeField(default=clock.now)
    proved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    known_uids = models.JSONField(default=list, blank=True)
    person_existed = models.BooleanField(
        null=True, blank=True, help_text="did Workways know the address, in whatever role, just before sending"
    )
    settle_due_at = models.DateTimeField(null=True, blank=True)
    settle_attempts = models.PositiveIntegerField(default=0)
    workways_id = models.CharField(max_length=24, blank=True, help_text="meetingId or meetingRequestId")
    upstream_message = models.TextField(blank=True)
    refusal = models.CharField(max_length=40, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    cancelling_at = models.DateTimeField(
        null=True, blank=True, help_text="since when the team waits for the meeting to leave the room's calendar"
    )
    proof_is_due = models.BooleanField(
        default=False, help_text="the team changed the address and its owner has not confirmed it yet"
    )
    calendar_sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField(null=True, blank=True)
    meeting_uid = models.CharField(max_length=255, blank=True)
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.UNSEEN)
    presence_at = models.DateTimeField(null=True, blank=True)
    feed_version = models.PositiveIntegerField(null=True, blank=True)
    former_start = models.DateTimeField(null=True, blank=True)
    former_end = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="when its meeting last moved, left or came back")
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = RequestRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "settle_due_at"]),
            models.Index(fields=["state", "end"]),
            models.Index(
                name="request_changed",
                fields=["changed_at"],
                condition=models.Q(changed_at__isnull=False, handled_at=None),
            ),
            models.Index(fields=["-created_at", "-id"], name="request_newest"),
            models.Index(fields=["state", "-created_at", "-id"], name="request_newest_in_state"),
            models.Index(fields=["start", "id"], name="request_by_start"),
            models.Index(name="request_cancelling", fields=["start"], condition=models.Q(cancelling_at__isnull=False)),
            models.Index(fields=["email"], opclasses=["varchar_pattern_ops"], name="request_by_address"),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As always, with the words that the request is found by."""
        super().save(*args, **kwargs)
        fields = kwargs.get("update_fields")
        if fields is None or _FOUND_BY & set(fields):
            write_words([self])

    @property
    def span(self) -> TimeSpan:
        """The time asked for."""
        return TimeSpan(self.start, self.end)

    @property
    def former_span(self) -> TimeSpan | None:
        """The time before the meeting moved in the calendar; None when it never did."""
        if self.former_start is None or self.former_end is None:
            return None
        return TimeSpan(self.former_start, self.former_end)

    @property
    def change(self) -> str:
        """What the room's calendar did with the booked meeting, in words; "" while it stands as it was booked."""
        if self.is_gone:
            return str(Presence.GONE.label)
        return str(What.MEETING_MOVED.label) if self.former_start is not None and self.state == State.BOOKED else ""

    @property
    def waits_for_staff(self) -> bool:
        """Does it need a person? `queries.waits_for_staff` asks the database the same."""
        has_changed = self.state == State.BOOKED and self.changed_at is not None
        return self.handled_at is None and (has_changed or self.state in NEEDS_STAFF)

    @property
    def is_gone(self) -> bool:
        """Is its meeting no longer in the room's calendar, though it was booked?"""
        return self.state == State.BOOKED and self.presence == Presence.GONE

    @property
    def zone(self) -> ZoneInfo:
        """The site's zone as it was when the request was made."""
        return ZoneInfo(self.zone_name)

    @property
    def price(self) -> Money | None:
        """The price shown, or None for "on request"."""
        return None if self.price_minor is None else Money(self.price_minor)


class RequestWord(models.Model):
    """A word that staff find a request by, in lower case and without accents: see bookings.catalog.words.

    They are those of name, address and reference, and with `of_company` those of the company that registers for it.
    """

    request = models.ForeignKey(BookingRequest, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=64)
    of_company = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["word", "request"], opclasses=["varchar_pattern_ops", "int8_ops"], name="request_by_word"
            ),
            models.Index(
                fields=["request", "word"], opclasses=["int8_ops", "varchar_pattern_ops"], name="word_of_request"
            ),
        ]

    def __str__(self) -> str:
        return self.word


def write_words(requests: Iterable[BookingRequest]) -> None:
    """Replaces the words of these requests by those of their name, address and reference as they are now."""
    rows = list(requests)
    RequestWord.objects.filter(request__in=[row.pk for row in rows], of_company=False).delete()
    RequestWord.objects.bulk_create(
        (
            RequestWord(request_id=row.pk, word=word)
            for row in rows
            for word in words_of(f"{row.reference} {row.name} {row.email}")
        ),
        batch_size=1000,
    )


def write_company_words(*, request_id: int, company: str) -> None:
    """Replaces the words of the company behind a request; "" leaves none."""
    RequestWord.objects.filter(request=request_id, of_company=True).delete()
    RequestWord.objects.bulk_create(
        RequestWord(request_id=request_id, word=word, of_company=True) for word in words_of(company)
    )


class RequestEvent(models.Model):
    """One line of a request's history: what happened, by whom, when.

    `shown` is what the guest saw and agreed to at that moment, where something was shown: see `actions.shown_to`.
    """

    request = models.ForeignKey(BookingRequest, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=150, help_text='"guest", "system", or the name of a member of staff')
    what = models.CharField(max_length=60, choices=What)
    state = models.CharField(max_length=24, blank=True)
    note = models.TextField(blank=True)
    shown = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.what)


class AskKind(models.TextChoices):
    """What a guest can ask of staff; the upstream has no call for any of it."""

    CHANGE = "change", _("Change the booking")
    CANCEL = "cancel", _("Cancel the booking")
    QUESTION = "question", _("Something else")


class GuestAsk(models.Model):
    """A change, cancellation or question that staff track until it is handled."""

    request = models.ForeignKey(BookingRequest, on_delete=models.CASCADE, related_name="asks")
    kind = models.CharField(max_length=10, choices=AskKind)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.CharField(max_length=150, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(name="ask_unanswered", fields=["created_at"], condition=models.Q(handled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.request_id}"


class LinkWish(models.Model):
    """Somebody asked for fresh links to everything that an address has open; gone once the worker has mailed them.

    The page only writes this down, which takes as long for an address that has nothing as for one that has a lot.
    """

    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=2, default="en")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"link wish {self.pk}"
