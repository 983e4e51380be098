"""The settings of the server: ``server.toml`` in the workspace, each with a default, a unit and its meaning."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from partnerlens.definition import Definition, read_definition_file

SERVER_FILE = "server.toml"
REGISTER_VARIABLE = "PARTNERLENS_REGISTER_URL"
"""The environment variable that names the register's database, whose address may hold a password."""

OIDC_VARIABLE = "PARTNERLENS_OIDC_SECRET"
"""The environment variable that holds the secret that the identity provider has given this server."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine that nobody else can reach."""


class LimitSettings(Definition):
    """How much one reader may ask."""

    requests_per_minute: int = Field(600, ge=1, description="Requests of one reader. Unit: requests per minute.")
    sign_ins: int = Field(
        10, ge=1, description="Attempts to sign in with one address from one place. Unit: attempts per 15 minutes."
    )
    answer_seconds: float = Field(30, gt=0, description="How long an answer may take before it is given up. Unit: s.")
    upload_bytes: int = Field(
        1_000_000_000, ge=1, description="The largest file that can be loaded over the network. Unit: bytes."
    )


class OidcSettings(Definition):
    """The identity provider (OpenID Connect); without an issuer there is none."""

    issuer: str = Field("", description="Its address, as it names itself.")
    client_id: str = Field("", description="What it calls this server.")
    title: str = Field("OpenID Connect", min_length=1, description="Its name on the sign-in page.")

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        if issuer and not is_safe_origin(issuer):
            raise ValueError("write it with https://")
        return issuer


class ServerSettings(Definition):
    """The settings of the server."""

    public_url: str = Field(
        "", description="The address that readers use, such as https://partners.example.com; empty on this machine."
    )
    trusted_hosts: tuple[str, ...] = Field((), description="Further names by which the server may be called.")
    oidc: OidcSettings = Field(default_factory=OidcSettings, description="The identity provider.")
    limits: LimitSettings = Field(default_factory=LimitSettings, description="How much one reader may ask.")

    @field_validator("public_url")
    @classmethod
    def _has_no_path(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (not is_safe_origin(url) or parts.path not in {"", "/"} or parts.query or parts.fragment):
            raise ValueError("write it as https://partners.example.com, without a path")
        return url.rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether readers come by https, so that cookies go that way alone."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which the server may be called, in lower case and without a port."""
        public = urlsplit(self.public_url).hostname
        return LOOPBACK | {host.casefold() for host in self.trusted_hosts} | ({public} if public else set())


def read_server_settings(home: Path) -> ServerSettings:
    """
    Return the settings of the server of a workspace; the defaults where it has no ``server.toml``.

    Raises:
        DefinitionError: the file has faults; all are listed with their lines.
    """
    file = home / SERVER_FILE
    return read_definition_file(file, ServerSettings) if file.is_file() else ServerSettings()


def register_url() -> str:
    """Return the address of the register's database; empty for a file in the workspace."""
    return os.environ.get(REGISTER_VARIABLE, "")


def oidc_secret() -> str:
    """Return the secret that the identity provider has given this server; empty for none."""
    return os.environ.get(OIDC_VARIABLE, "")


def is_safe_origin(url: str) -> bool:
    """
    Return whether what is sent to an address stays secret on the way: https, or this machine.

    >>> is_safe_origin("https://id.example.com"), is_safe_origin("http://id.example.com")
    (True, False)
    """
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
