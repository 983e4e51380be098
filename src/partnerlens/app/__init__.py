"""The verbs of the system, as one object: a workspace that loads, builds, publishes and answers."""

from partnerlens.app.workspace import Workspace

__all__ = ["Workspace"]
