"""Companies with a contract in the embedded API, at sites that the portal mirrors."""

from datetime import date

from bookings.catalog.models import Site as MirroredSite
from bookings.staff.customers.actions import prepare
from bookings.staff.customers.models import ContractChange
from bookings.staff.customers.plans import Plan
from bookings.staff.customers.terms import terms_of
from portal import clock
from portal.embedded.models import Membership, Organization, Rate, Room, Site, Subscription, User
from portal.workways.connect import workways
from tests.factories import new_workways_id

JEAN = "jean.dupont@acme.example"


def company_at(mirrored: MirroredSite) -> Organization:
    """Acme Corp: 1300 euro a month until the end of 2026, an office, parking for two; made once for each site."""
    found = Organization.objects.filter(memberships__site_id=mirrored.workways_id).first()
    if found is not None:
        return found
    site, _ = Site.objects.get_or_create(
        id=mirrored.workways_id, defaults={"name": mirrored.name, "country": "FR", "zone_name": "Europe/Paris"}
    )
    acme = Organization.objects.create(
        name="Acme Corp",
        folded_name="acme corp",
        country="FR",
        rental_price="1300€",
        rental_end_on=date(2026, 12, 31),
        rental_renewal_months=12,
    )
    Membership.objects.create(organization=acme, site=site, position=0)
    make_office(site, "Bureau A12", organization=acme, rent_minor=85000, actual_state="rented")
    make_office(site, "Bureau B05")
    parking = make_rate(site, "parking", "Parking space", "Place de parking", is_unique=True)
    make_rate(site, "tv_rental", "TV rental", "Location TV", member_base_minor=2700, type="quantity", setup_minor=0)
    make_rate(
        site,
        "service_by_month",
        "Monthly service",
        "Service mensuel",
        member_base_minor=18000,
        member_promo_minor=13500,
        public_promo_minor=15000,
        promo_months=3,
        type="promo",
        vat_type="special",
        vat_rate="10",
    )
    make_rate(site, "food_service", "Food", "Repas", type="quote", member_base_minor=None, public_base_minor=None)
    Subscription.objects.create(
        organization=acme, rate=parking, number=1, key="parking", name="Place de parking", quantity=2, price_minor=15000
    )
    return acme


def make_person(company: Organization | None, *, email: str = JEAN, **fields: object) -> User:
    """Jean Dupont, who gets the company's invoices."""
    values = {"first_name": "Jean", "last_name": "Dupont", "role": "principal-admin", **fields}
    return User.objects.create(email=email, organization=company, **values)


def make_office(site: Site, name: str, **fields: object) -> Room:
    """An office for four at 450 euro a month."""
    values = {"default_state": "forrent", "actual_state": "forrent", "price_per_month": "450", **fields}
    return Room.objects.create(id=new_workways_id(), site=site, name=name, type="privateOffice", max_person=4, **values)


def make_rate(site: Site, key: str, name_en: str, name_fr: str, **fields: object) -> Rate:
    """An option at 150 euro a month for the public and 135 for members, 50 to set it up."""
    values = {"public_base_minor": 15000, "member_base_minor": 13500, "setup_minor": 5000, "type": "other", **fields}
    return Rate.objects.create(site=site, key=key, name_en=name_en, name_fr=name_fr, **values)


def change_at(mirrored: MirroredSite) -> ContractChange:
    """A prepared change of the company's contract: renewal by six months; made once for each site."""
    company = company_at(mirrored)
    found = ContractChange.objects.filter(organization_id=company.pk).first()
    if found is not None:
        return found
    organization = workways().organization_info(company.pk)
    return prepare(organization=organization, plan=Plan(renewal_months=6), actor="Sofia Keller", now=clock.now())


def contract_form(mirrored: MirroredSite, **changed: object) -> dict[str, object]:
    """The form as the page of the company's contract offers it, with something changed."""
    company = company_at(mirrored)
    terms = terms_of(workways().organization_info(company.pk))
    return {
        "as_read": terms.fingerprint,
        "rent": terms.base_price or "",
        "end": terms.end,
        "renewal_months": terms.renewal_months or "",
        "keep_rooms": [room.id for room in terms.rooms],
        "keep_options": [str(option.id) for option in terms.options],
        **changed,
    }
