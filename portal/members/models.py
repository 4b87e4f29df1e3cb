"""Members of staff, the browsers they are signed in with, and the rules of the panel."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.members.roles import Role


class Member(models.Model):
    """What an account is to the panel. A superuser is an admin for all sites, whatever stands here.

    `site_ids` are Workways ids, and count only where `is_limited`; a limited member without sites sees none.
    `two_factor_at` is when the second factor was set up, None without one. The `link_` fields are of the one living
    link to choose a password: the hash of its token ("" for none), what it is for, and when it ends.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member")
    role = models.PositiveSmallIntegerField(_("role"), choices=Role, default=Role.VIEWER)
    is_limited = models.BooleanField(default=False)
    site_ids = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=2, default="en")
    two_factor_at = models.DateTimeField(null=True, blank=True)
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)
    link_purpose = models.CharField(max_length=20, blank=True)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What colleagues read: the full name, or the user name of somebody who has none."""
        return (self.user.get_full_name() or self.user.get_username())[:150]

    @property
    def rank(self) -> Role:
        """The role that holds."""
        return Role.ADMIN if self.user.is_superuser else Role(self.role)

    @property
    def sites(self) -> frozenset[str] | None:
        """The Workways ids of the sites that this member may see; None for all."""
        if self.user.is_superuser or not self.is_limited:
            return None
        return frozenset(self.site_ids)


class MemberSession(models.Model):
    """A browser in which a member is signed in. It goes with Django's session, whoever ends that.

    `network` is the /24 or /48 of the address, never the address.
    """

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sessions")
    browser = models.CharField(max_length=80)
    network = models.CharField(max_length=45)
    begun_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-seen_at", "pk"]

    def __str__(self) -> str:
        return self.browser


class TwoFactorFor(models.TextChoices):
    """Who must have a second factor."""

    NOBODY = "nobody", _("Nobody: it is up to each member")
    ADMINS = "admins", _("Admins")
    EVERYBODY = "everybody", _("Everybody")


class PanelRules(models.Model):
    """One row at most: what holds for the panel as a whole."""

    two_factor_for = models.CharField(max_length=10, choices=TwoFactorFor, default=TwoFactorFor.NOBODY)

    def __str__(self) -> str:
        return str(self.get_two_factor_for_display())
