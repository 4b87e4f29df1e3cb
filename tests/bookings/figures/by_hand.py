"""The same figures once more, in SQL that was written by hand and shares nothing with the portal's own counting.

Minutes are numbered since 1970; a room's wall clock is UTC plus an offset, of which each zone here has one change.
"""

from datetime import UTC, datetime

from django.db import connection

# zone, minutes ahead of UTC before the change, when it changes, minutes ahead from then on: March and October 2026
CHANGES = {
    "spring": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "autumn": datetime(2026, 10, 25, 1, tzinfo=UTC),
}
_WINTER = {"Europe/Paris": 60, "Europe/Brussels": 60, "Europe/Dublin": 0}


def _minutes(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"CAST(extract(epoch FROM {column}) AS bigint) / 60"
    return f"CAST(strftime('%%s', {column}) AS integer) / 60"


def busy_by_room_and_hour(
    first: datetime, last: datetime, *, opens: int, closes: int, zone: str, change: str
) -> set[tuple[int, str, int, int, int]]:
    """(room, day, hour, open minutes, busy minutes), minute by minute, of rooms that open on each day of the week.

    `opens` and `closes` are minutes after midnight on the wall clock.
    """
    winter = _WINTER[zone]
    before, after = (winter, winter + 60) if change == "spring" else (winter + 60, winter)
    statement = f"""
        WITH RECURSIVE minute(m) AS (
            SELECT CAST(%s AS bigint) UNION ALL SELECT m + 1 FROM minute WHERE m + 1 < %s
        ), wall AS (
            SELECT m, m + CASE WHEN m < %s THEN %s ELSE %s END AS w FROM minute
        ), opened AS (
            SELECT m, w / 1440 AS d, w %% 1440 / 60 AS h FROM wall WHERE w %% 1440 >= %s AND w %% 1440 < %s
        ), busy AS (
            SELECT room_id, {_minutes("start")} AS a, {_minutes('"end"')} AS b FROM bookings_busyspan
        )
        SELECT room.id, d, h, count(*), sum(CASE WHEN EXISTS (
            SELECT 1 FROM busy WHERE busy.room_id = room.id AND a <= m AND m < b
        ) THEN 1 ELSE 0 END)
        FROM bookings_room room CROSS JOIN opened GROUP BY room.id, d, h
    """  # noqa: S608
    at = [int(one.timestamp()) // 60 for one in (first, last, CHANGES[change])]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*at, before, after, opens, closes])
        rows = cursor.fetchall()
    return {
        (room, datetime.fromtimestamp(int(d) * 86400, UTC).date().isoformat(), int(h), int(opened), int(busy))
        for room, d, h, opened, busy in rows
    }
