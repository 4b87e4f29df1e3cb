"""The Workways API held to its document.

Files: inventory (every row of the document's tables, by name), document (shapes and sentences), coverage (which case
covers which row, and the figures at the end), accounts and conftest (the legs: core in process, over HTTP, recorded
answers, a remote account), recordings (the answers played back). test_reads, test_writes and test_refusals are the one
suite; test_anything sends damaged bodies, test_schemathesis calls after the OpenAPI document, test_race many at once.
"""
