"""Is the portal alive, is it ready, and what does it count."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from kombu.exceptions import KombuError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from redis.exceptions import RedisError

from portal.access import public
from portal.celery import app

# What the domain adds: whether the catalog is fresh enough, as a function () -> reason or None, and what it counts.
CATALOG_READINESS = "bookings.catalog.queries.why_not_ready"
COLLECTOR = "bookings.staff.metrics.PortalCollector"


@public
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@public
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """May visitors be sent here? 200 and the state of each part, or 503 and the reasons."""
    parts: dict[str, Callable[[], str | None]] = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
        "catalog": import_string(CATALOG_READINESS),
    }
    answers: dict[str, str] = {}
    for name, ask in parts.items():
        if answers.get("database", "ok") != "ok" and name in ("migrations", "catalog"):
            answers[name] = "not asked, because the database doesn't answer"
        else:
            answers[name] = ask() or "ok"
    is_ready = all(answer == "ok" for answer in answers.values())
    return JsonResponse({"ready": is_ready, **answers}, status=200 if is_ready else 503)


@public
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus collects."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(import_string(COLLECTOR)())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"the database doesn't answer ({type(error).__name__})"
    return None


def _migrations() -> str | None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations wait: run manage.py migrate" if waiting else None


def _broker() -> str | None:
    if not settings.REDIS_URL:
        # Celery's own connection to folders always succeeds; what can fail is writing there.
        folder = settings.DATA_DIR / "broker" / "queue"
        return None if folder.is_dir() else f"the broker's folder {folder.name} is missing"
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=0, timeout=2)
        cache.get("readiness")
    except (OSError, KombuError, RedisError) as error:
        return f"Redis doesn't answer ({type(error).__name__})"
    return None
