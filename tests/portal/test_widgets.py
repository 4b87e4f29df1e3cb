import re

import pytest
from django import forms
from django.forms.renderers import Jinja2
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from portal.widgets import QuickControls

NASTY = "\"<b>&'"
CHOICES = [("", "Anywhere"), ("a&b", NASTY), ("Group <1>", [(1, "One"), (2, mark_safe("<i>Two</i>"))])]


@pytest.mark.parametrize("value", [None, "", "a&b", 2, "2", NASTY])
@pytest.mark.parametrize("attrs", [{}, {"id": "x", "required": True, "disabled": False, "max": 8, "title": NASTY}])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(),
        forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
        forms.EmailInput(),
        forms.HiddenInput(),
        forms.DateInput(attrs={"type": "date"}),
        forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 900}),
        forms.Select(choices=CHOICES),
        forms.NullBooleanSelect(),
        forms.Textarea(),
        forms.CheckboxInput(),
        forms.RadioSelect(choices=CHOICES),
        forms.PasswordInput(),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_controls_are_those_of_django(widget: forms.Widget, attrs: dict[str, object], value: object) -> None:
    quick = widget.render("na&me", value, attrs, QuickControls())
    slow = widget.render("na&me", value, attrs, Jinja2())

    assert conditional_escape(quick) == quick
    assert re.sub(r">\s+<", "><", quick) == re.sub(r">\s+<", "><", slow)
