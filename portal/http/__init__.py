"""What every client of an outside service shares: limits, the address guard, retries, and the root of all its errors.

Answers: how do we speak HTTP to somebody else without being held up, flooded, or led into our own network.
Nothing here knows Django, a setting or a particular service; a client is built by `factory` and handed to an adapter,
and no exception of httpx leaves the adapter. Tests: tests/portal/http.
"""
