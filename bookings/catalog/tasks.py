"""Celery tasks of this feature: thin, and safe to run twice."""
