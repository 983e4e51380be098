"""What a reader holds, as JSON documents."""

from typing_extensions import TypedDict

from partnerlens.access.reader import Grant


class GrantDocument(TypedDict):
    """A role that a reader holds; ``partner`` null for the whole program, ``locations`` null for all of them."""

    role: str
    partner: str | None
    locations: list[str] | None


def grant_document(grant: Grant) -> GrantDocument:
    """Return a role that is held as JSON."""
    return {
        "role": grant.role,
        "partner": grant.partner_id,
        "locations": None if grant.locations is None else sorted(grant.locations),
    }
