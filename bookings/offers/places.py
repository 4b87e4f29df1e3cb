""" "Where": the list of countries and sites that the search form offers, made once for each state of the directory."""

from dataclasses import dataclass

from django.utils.translation import gettext
from markupsafe import Markup, escape

from bookings.catalog.directory import Directory, ListedSite
from bookings.catalog.pages import sites_by_country
from bookings.catalog.queries import Country, SiteOverview, list_places


@dataclass(frozen=True, slots=True)
class Places:
    """What "where" may say: `groups` for showing, `keys` for checking, `names` for repeating it in words."""

    groups: list[tuple[Country, list[SiteOverview[ListedSite]]]]
    names: dict[str, str]
    html: str

    def options(self, chosen: str) -> Markup:
        """The list's options, the chosen one marked. A thousand sites are one text, not a thousand small ones."""
        marked = self.html.replace(f'value="{escape(chosen)}"', f'value="{escape(chosen)}" selected', 1)
        return Markup(marked)  # noqa: S704  Every name in it was escaped when it was made.


def places_of(directory: Directory, language: str) -> Places:
    """The places of the directory in the language of the page."""
    name = f"places {language}"
    found: Places | None = directory.notes.get(name)
    if found is None:
        found = directory.notes[name] = _build(sites_by_country(list_places(directory)))
    return found


def _build(groups: list[tuple[Country, list[SiteOverview[ListedSite]]]]) -> Places:
    names: dict[str, str] = {}
    parts = [_option("", gettext("Anywhere"))]
    for country, sites in groups:
        parts.append(Markup('<optgroup label="{}">').format(country.name))
        names[country.key] = country.name
        parts.append(_option(country.key, gettext("All of {country}").format(country=country.name)))
        for one in sites:
            names[one.site.workways_id] = one.site.shown_name
            parts.append(_option(one.site.workways_id, one.site.shown_name))
        parts.append(Markup("</optgroup>"))
    return Places(groups, names, "".join(parts))


def _option(key: str, label: str) -> Markup:
    return Markup('<option value="{}">{}</option>').format(key, label)
