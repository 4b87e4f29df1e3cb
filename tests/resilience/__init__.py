"""What the whole portal must survive: killed processes, nonsense typed by anybody, other people's secrets on the way.

These tests belong to no single folder of the code, so they mirror none.
"""
