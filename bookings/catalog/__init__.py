"""The mirror of sites and rooms, and their pictures.

Answers: which sites and rooms are there, what are they like, what does the catalog say they cost. Reads the Workways
client's snapshots. Writes sites, rooms, pictures and when each was last seen. feeds, availability and pages come next.
Templates: templates/catalog. Styles: static/css/features/catalog.css. Tests: tests/bookings/catalog.
Files of its own: directory (every listed room, in memory, never stale) and words (equipment by word); pictures,
picture_views, pages (what several pages say of places).
"""
