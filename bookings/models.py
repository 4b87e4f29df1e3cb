"""Brings each feature's models together so that Django finds them."""

from bookings.audit.models import AuditRow
from bookings.availability.models import Hold, HoldCell
from bookings.booking_requests.models import BookingRequest, GuestAsk, RequestEvent
from bookings.catalog.models import CatalogStamp, CatalogState, OperatorSettings, Room, RoomPicture, Site
from bookings.feeds.models import BusySpan, Feed, RejectedEvent
from bookings.links.models import AddressProof, Link, ProvedAddress
from bookings.mail.models import MailEvent, OutboxMail
from bookings.offers.models import SlotPrice
from bookings.registration.models import Registration, RegistrationEvent
from bookings.upstream_calls.models import CallTally, UpstreamCall
from bookings.watching.models import SlotWatch

__all__ = [
    "AddressProof",
    "AuditRow",
    "BookingRequest",
    "BusySpan",
    "CallTally",
    "CatalogStamp",
    "CatalogState",
    "Feed",
    "GuestAsk",
    "Hold",
    "HoldCell",
    "Link",
    "MailEvent",
    "OperatorSettings",
    "OutboxMail",
    "ProvedAddress",
    "Registration",
    "RegistrationEvent",
    "RejectedEvent",
    "RequestEvent",
    "Room",
    "RoomPicture",
    "Site",
    "SlotPrice",
    "SlotWatch",
    "UpstreamCall",
]
