"""Views of the list of requests that staff keep for themselves or for everybody."""

from django.db import models

from portal import clock
from portal.members.models import Member

MOST_VIEWS = 30


class SavedView(models.Model):
    """What narrows the list down, under a name: the owner's alone, or `is_shared` with the whole team.

    `filters` are the fields of the list's form as they stand in an address; never the words searched for, which are
    mostly somebody's name. A member's own views go with the member.
    """

    owner = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name
