"""Which day's arrivals are asked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.staff.days import day_field


class DayForm(forms.Form):
    """A day of another date than today, and one site of all; what makes no sense is today, everywhere."""

    day = day_field(_("Day"))
    site = forms.CharField(required=False, max_length=24)
