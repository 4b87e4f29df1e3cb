# One image, three roles: web (default), worker and timetable; see compose.yaml.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_DATA_DIR=/data
WORKDIR /portal
COPY pyproject.toml requirements.txt ./
# Only what the portal itself needs, at the versions that were tested.
RUN pip install --no-cache-dir --constraint requirements.txt . && pip uninstall -y -q workways-booking-portal
COPY manage.py ./
COPY portal portal
COPY bookings bookings
COPY templates templates
COPY static static
RUN useradd --system --home /data portal && install -d -o portal /data
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "python manage.py migrate --no-input && python manage.py collectstatic --no-input && exec granian --interface wsgi --host 0.0.0.0 --port 8000 --workers 2 --blocking-threads 4 portal.wsgi:application"]
