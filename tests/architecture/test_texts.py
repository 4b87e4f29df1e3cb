"""Every text exists in English and in French."""

from io import StringIO

from django.core.management import call_command


def test_french_is_complete_and_compiled() -> None:
    call_command("translations", "--check", stdout=StringIO())
