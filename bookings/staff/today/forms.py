"""Which day's arrivals are asked for."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator


class DayForm(forms.Form):
    """A day of another date than today, and one site of all; what makes no sense is today, everywhere."""

    day = forms.DateField(
        required=False, validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    )
    site = forms.CharField(required=False, max_length=24)
