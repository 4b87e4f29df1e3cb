"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.figures.occupancy import count_rooms as count_all_rooms
from bookings.figures.outcomes import count_outcomes as count_all_outcomes
from bookings.figures.pages import collect_pages as collect_all_pages
from portal import clock


@shared_task(name="figures.count_rooms")
def count_rooms() -> None:
    """Counts how full the rooms were in the hours that are over."""
    count_all_rooms(now=clock.now())


@shared_task(name="figures.count_outcomes")
def count_outcomes() -> None:
    """Notes what became of requests and mails."""
    count_all_outcomes(now=clock.now())


@shared_task(name="figures.collect_pages")
def collect_pages() -> None:
    """Adds the pages that the web processes counted."""
    collect_all_pages(now=clock.now())
