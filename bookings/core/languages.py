"""Texts that the operator wrote in both languages of the site."""

from django.utils.translation import get_language


def in_page_language(english: str, french: str) -> str:
    """The one of the two that is in the language of the page being made."""
    if english == french:
        # Most operators write nothing of their own, and asking for the language takes longer than all the rest.
        return english
    return french if (get_language() or "en").startswith("fr") else english
