"""A client of the REST API, for programs: typed replies, all pages, and the errors of ``partnerlens.errors``."""

from partnerlens.client.client import Client

__all__ = ["Client"]
