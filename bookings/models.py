"""Brings each feature's models together so that Django finds them."""

from bookings.audit.models import AuditRow
from bookings.availability.models import Hold, HoldCell
from bookings.booking_requests.models import BookingRequest, GuestAsk, RequestEvent, RequestWord
from bookings.catalog.models import CatalogStamp, CatalogState, OperatorSettings, Room, RoomPicture, Site
from bookings.feeds.models import BusySpan, Feed, RejectedEvent
from bookings.figures.models import CountingState, MailFigure, PageCount, RequestFigure, RoomDay, SiteHour
from bookings.inviting.models import Invitation
from bookings.links.models import AddressProof, Link, ProvedAddress
from bookings.mail.models import MailEvent, OutboxMail
from bookings.offers.models import SlotPrice
from bookings.registration.models import Registration, RegistrationEvent
from bookings.staff.customers.models import ContractChange
from bookings.staff.requests.models import SavedView
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
    "ContractChange",
    "CountingState",
    "Feed",
    "GuestAsk",
    "Hold",
    "HoldCell",
    "Invitation",
    "Link",
    "MailEvent",
    "MailFigure",
    "OperatorSettings",
    "OutboxMail",
    "PageCount",
    "ProvedAddress",
    "Registration",
    "RegistrationEvent",
    "RejectedEvent",
    "RequestEvent",
    "RequestFigure",
    "RequestWord",
    "Room",
    "RoomDay",
    "RoomPicture",
    "SavedView",
    "Site",
    "SiteHour",
    "SlotPrice",
    "SlotWatch",
    "UpstreamCall",
]
