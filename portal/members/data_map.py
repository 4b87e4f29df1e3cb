"""The data map's part about members of staff, and Django's own tables behind their accounts.

A member is no guest: the account is kept as long as somebody works here, and stays, switched off, as long as the audit
speaks of it. What a member booked as a guest is erased like any guest's.
"""

from django.utils.translation import gettext_lazy as _

from portal.data_map import How, Table, Whose

_ACCOUNT = _("So that members of staff can sign in, and colleagues know who did what.")
_SECOND_FACTOR = _("The second factor of a member's sign-in.")

TABLES = [
    Table(
        model="auth.User",
        whose=Whose.MEMBER,
        title=_("Accounts of the team"),
        why=_ACCOUNT,
        personal={
            "username": How.KEPT,
            "first_name": How.KEPT,
            "last_name": How.KEPT,
            "email": How.KEPT,
            "password": How.KEPT,
            "last_login": How.KEPT,
        },
        plain="id is_superuser is_staff is_active date_joined",
        hidden="password",
    ),
    Table(
        model="members.Member",
        whose=Whose.MEMBER,
        title=_("Roles of the team"),
        why=_ACCOUNT,
        personal={"user": How.KEPT, "link_hash": How.KEPT},
        plain="id role is_limited site_ids language two_factor_at link_purpose link_expires_at created_at",
        hidden="link_hash",
    ),
    Table(
        model="members.MemberSession",
        whose=Whose.MEMBER,
        title=_("Browsers of the team"),
        why=_("So that members see where they are signed in; gone when the session ends."),
        personal={"member": How.KEPT, "browser": How.KEPT, "network": How.KEPT},
        plain="session begun_at seen_at",
        hidden="session",
    ),
    Table(
        model="sessions.Session",
        whose=Whose.MEMBER,
        title=_("Sessions of the team"),
        why=_("Who is signed in; guests have no session. Gone two weeks after the last sign-in at the latest."),
        personal={"session_data": How.KEPT},
        plain="session_key expire_date",
        hidden="session_key session_data",
    ),
    Table(
        model="otp_totp.TOTPDevice",
        whose=Whose.MEMBER,
        title=_("Authenticator apps"),
        why=_SECOND_FACTOR,
        personal={"user": How.KEPT, "key": How.KEPT},
        plain="id name confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at step t0 "
        "digits tolerance drift last_t",
        hidden="key",
    ),
    Table(
        model="otp_static.StaticDevice",
        whose=Whose.MEMBER,
        title=_("Sets of recovery codes"),
        why=_SECOND_FACTOR,
        personal={"user": How.KEPT},
        plain="id name confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at",
    ),
    Table(
        model="otp_static.StaticToken",
        whose=Whose.MEMBER,
        title=_("Recovery codes"),
        why=_SECOND_FACTOR,
        personal={"device": How.KEPT, "token": How.KEPT},
        plain="id",
        hidden="token",
    ),
    Table(model="members.PanelRules", whose=Whose.NOBODY, plain="id two_factor_for"),
    Table(model="auth.Permission", whose=Whose.NOBODY, plain="id name content_type codename"),
    Table(model="auth.Group", whose=Whose.NOBODY, plain="id name"),
    Table(model="auth.Group_permissions", whose=Whose.NOBODY, plain="id group permission"),
    Table(model="auth.User_groups", whose=Whose.NOBODY, plain="id user group"),
    Table(model="auth.User_user_permissions", whose=Whose.NOBODY, plain="id user permission"),
    Table(model="contenttypes.ContentType", whose=Whose.NOBODY, plain="id app_label model"),
]
