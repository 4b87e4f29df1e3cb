"""Routes of the team."""

from django.urls import URLPattern, path

from bookings.staff.people import account_views, door_views, team_views

_ACCOUNT = "staff/account/"
_SECOND_FACTOR = f"{_ACCOUNT}two-factor/"
_MEMBER = "staff/team/<int:member_id>/"

# The ways in, which are open to whoever isn't signed in yet.
door_patterns: list[URLPattern] = [
    path("staff/login/", door_views.sign_in, name="staff-login"),
    path("staff/logout/", door_views.sign_out, name="staff-logout"),
    path("staff/code/", door_views.code, name="staff-code"),
    path("staff/forgotten/", door_views.forgotten, name="staff-forgotten"),
    path("staff/invitation/<str:token>/", door_views.invitation, name="staff-invitation"),
    path("staff/password/<str:token>/", door_views.password_link, name="staff-password-link"),
]

urlpatterns: list[URLPattern] = [
    *door_patterns,
    path(_ACCOUNT, account_views.account, name="staff-account"),
    path(f"{_ACCOUNT}password/", account_views.password, name="staff-account-password"),
    path(f"{_ACCOUNT}browsers/", account_views.sign_others_out, name="staff-account-browsers"),
    path(_SECOND_FACTOR, account_views.second_factor, name="staff-two-factor"),
    path(f"{_SECOND_FACTOR}begin/", account_views.second_factor_begin, name="staff-two-factor-begin"),
    path(f"{_SECOND_FACTOR}confirm/", account_views.second_factor_confirm, name="staff-two-factor-confirm"),
    path(f"{_SECOND_FACTOR}codes/", account_views.recovery_codes, name="staff-two-factor-codes"),
    path(f"{_SECOND_FACTOR}remove/", account_views.second_factor_remove, name="staff-two-factor-remove"),
    path("staff/team/", team_views.team, name="staff-team"),
    path("staff/team/rules/", team_views.rules, name="staff-team-rules"),
    path("staff/team/invite/", team_views.invite, name="staff-invite"),
    path(_MEMBER, team_views.member, name="staff-member"),
    path(f"{_MEMBER}role/", team_views.member_role, name="staff-member-role"),
    path(f"{_MEMBER}link/", team_views.member_link, name="staff-member-link"),
    path(f"{_MEMBER}browsers/", team_views.member_sign_out, name="staff-member-browsers"),
    path(f"{_MEMBER}two-factor/", team_views.member_second_factor, name="staff-member-two-factor"),
    path(f"{_MEMBER}off/", team_views.member_off, name="staff-member-off"),
    path(f"{_MEMBER}on/", team_views.member_on, name="staff-member-on"),
]
