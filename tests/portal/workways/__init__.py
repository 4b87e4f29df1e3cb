"""The Workways client, from bytes up to a real socket."""
