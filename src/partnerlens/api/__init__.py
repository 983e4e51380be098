"""The REST API: parse, ask the desk, reply."""
