"""What members of staff may do, as one ladder: each role may do all that those below it may."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.IntegerChoices):
    """The four roles, lowest first; they compare as numbers, which leave room for one in between."""

    VIEWER = 10, _("Viewer")
    FRONT_DESK = 20, _("Front desk")
    MANAGER = 30, _("Manager")
    ADMIN = 40, _("Admin")


# What each may do beyond the one before it, as people read it when they give or miss a role.
DUTIES = {
    Role.VIEWER: _("Sees requests, registrations and calendars. Changes nothing."),
    Role.FRONT_DESK: _("Also answers guests, settles and sends requests, and reads mails."),
    Role.MANAGER: _("Also changes settings, rooms, sites and companies."),
    Role.ADMIN: _("Also decides who is on the team, and reads the audit."),
}
