"""
The desk: the one way in which the doors of the server ask anything.

Each verb finds out what the reader may see before anything is read, and leaves out of the answer what the reader may
not see. A partner that is not the reader's is exactly one that does not exist.
"""

from partnerlens.access.checks import Checks
from partnerlens.access.directory import Basis, Directory, PartnerPage, PublishedMonth
from partnerlens.access.licences import Licences
from partnerlens.access.openings import Openings

__all__ = ["Basis", "Desk", "PartnerPage", "PublishedMonth"]


class Desk(Directory, Openings, Licences, Checks):
    """
    What one reader may ask of one program.

    That is: what there is, numbers and rows, licences, what is odd, and for operators its operation.

    Args:
        workspace: the program.
        reader: who asks.
        audit: where is written down what was done.
        roles: the roles of the program.
    """
