"""Rows that are taken away as files: who may."""

from partnerlens.access.reader import Rights
from partnerlens.errors import ForbiddenError


def check_download(rights: Rights) -> None:
    """Raise ForbiddenError where rights do not let rows be taken away."""
    if not rights.download:
        raise ForbiddenError(
            "your role does not let rows be taken away as files", "ask for the role 'executive_report_viewer'"
        )
