"""Routes of the operator's side; each of them is for staff."""

from django.urls import URLPattern, path, register_converter

from portal.embedded.panel import calendar_views, file_views, people_views, place_views, token_views, views


class IdConverter:
    """An id of ours: 24 hex digits in small letters. Anything else is no page, and no view ever sees it."""

    regex = "[0-9a-f]{24}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(IdConverter, "embedded_id")

_ROOT = "staff/workways/"
_ORGANIZATION = f"{_ROOT}organizations/<embedded_id:organization_id>/"
_ROOM = f"{_ROOT}rooms/<embedded_id:room_id>/"
_DEVELOPER = f"{_ROOT}tokens/developers/<embedded_id:user_id>/"

urlpatterns: list[URLPattern] = [
    path(_ROOT, views.home, name="operator-home"),
    path(f"{_ROOT}history/", views.history, name="operator-history"),
    path(f"{_ROOT}refresh/", views.refresh, name="operator-refresh"),
    path(f"{_ROOT}<slug:kind>/<embedded_id:thing_id>/archive/", place_views.archive, name="operator-archive"),
    path(f"{_ROOT}sites/", place_views.sites, name="operator-sites"),
    path(f"{_ROOT}sites/new/", place_views.site, name="operator-site-new"),
    path(f"{_ROOT}sites/<embedded_id:site_id>/", place_views.site, name="operator-site"),
    path(f"{_ROOT}rooms/", place_views.rooms, name="operator-rooms"),
    path(f"{_ROOT}rooms/new/", place_views.room, name="operator-room-new"),
    path(_ROOM, place_views.room, name="operator-room"),
    path(f"{_ROOM}picture/", place_views.room_picture, name="operator-room-picture"),
    path(f"{_ROOM}week/", calendar_views.week, name="operator-room-week"),
    path(f"{_ROOM}meetings.ics", file_views.room_calendar, name="operator-room-calendar"),
    path(f"{_ROOT}rates/", place_views.rates, name="operator-rates"),
    path(f"{_ROOT}rates/new/", place_views.rate, name="operator-rate-new"),
    path(f"{_ROOT}rates/<embedded_id:rate_id>/", place_views.rate, name="operator-rate"),
    path(f"{_ROOT}organizations/", people_views.organizations, name="operator-organizations"),
    path(f"{_ROOT}organizations/new/", people_views.organization, name="operator-organization-new"),
    path(_ORGANIZATION, people_views.organization, name="operator-organization"),
    path(f"{_ORGANIZATION}rooms/", people_views.rent, name="operator-rent"),
    path(f"{_ORGANIZATION}rooms/<embedded_id:room_id>/end/", people_views.give_back, name="operator-rent-end"),
    path(f"{_ROOT}users/", people_views.users, name="operator-users"),
    path(f"{_ROOT}users/new/", people_views.user, name="operator-user-new"),
    path(f"{_ROOT}users/<embedded_id:user_id>/", people_views.user, name="operator-user"),
    path(f"{_ROOT}meetings/", calendar_views.meetings, name="operator-meetings"),
    path(f"{_ROOT}meetings/new/", calendar_views.meeting_new, name="operator-meeting-new"),
    path(f"{_ROOT}meetings/<embedded_id:meeting_id>/", calendar_views.meeting, name="operator-meeting"),
    path(
        f"{_ROOT}meetings/<embedded_id:meeting_id>/cancel/",
        calendar_views.meeting_cancel,
        name="operator-meeting-cancel",
    ),
    path(f"{_ROOT}closures/", calendar_views.closures, name="operator-closures"),
    path(f"{_ROOT}closures/<embedded_id:closure_id>/lift/", calendar_views.closure_lift, name="operator-closure-lift"),
    path(f"{_ROOT}tokens/", token_views.tokens, name="operator-tokens"),
    path(
        f"{_ROOT}tokens/<embedded_id:token_id>/deactivate/",
        token_views.token_deactivate,
        name="operator-token-deactivate",
    ),
    path(
        f"{_ROOT}tokens/<embedded_id:token_id>/regenerate/",
        token_views.token_regenerate,
        name="operator-token-regenerate",
    ),
    path(_DEVELOPER, token_views.developer, name="operator-developer"),
    path(f"{_DEVELOPER}tokens/", token_views.token_new, name="operator-token-new"),
    path(f"{_DEVELOPER}quotas/", token_views.quotas, name="operator-quotas"),
    path(f"{_ROOT}files/", file_views.files, name="operator-files"),
    path(f"{_ROOT}files/export/<slug:kind>/", file_views.export, name="operator-export"),
    path(f"{_ROOT}files/check/<slug:kind>/", file_views.check_import, name="operator-check-import"),
    path(f"{_ROOT}files/import/<slug:kind>/", file_views.apply_import, name="operator-import"),
]
