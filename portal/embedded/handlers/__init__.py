"""One function per endpoint of the document; each takes a checked Call and gives an ApiResponse, or raises Refused.

Files: places (sites, rooms, countries), room_pictures (imageroom), feed (icsfeed), prices (room-price), people
(check-email, user-info), meetings (meeting-request), registration (register), contracts (contract-options,
organization-info), contract_changes (merge-contract).
Tests: tests/portal/embedded and tests/contract.
"""
