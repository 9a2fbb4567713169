"""The HTTP API: what the Python functions return, as JSON, for programs; docs/api.md describes it."""
