"""Sign-in by an identity provider: OpenID Connect with code, PKCE, state and nonce."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from partnerlens.access.settings import OidcSettings, is_safe_origin
from partnerlens.errors import ResourceError, SignInError

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures that are trusted; one that anybody can make, or that needs a shared secret, is none."""

SECONDS = 10
"""How long the provider may take for an answer, and how far its clock may be off."""

SCOPE = "openid email profile"


@dataclass(frozen=True)
class Identity:
    """
    Whom the provider vouches for.

    Attributes:
        issuer: the provider.
        subject: its number for the person, which never changes hands.
        email: the address; empty where the provider gives none that it has verified.
    """

    issuer: str
    subject: str
    email: str


class IdentityProvider:
    """
    The identity provider of a server.

    Args:
        settings: where it is, and what it calls this server.
        secret: what this server shows it; empty for none.
        callback: the address that it sends readers back to.
    """

    def __init__(self, settings: OidcSettings, secret: str, callback: str) -> None:
        """Remember where it is; it is asked when somebody signs in."""
        self.settings = settings
        self._secret = secret
        self._callback = callback
        self._lock = Lock()
        self._found: Mapping[str, Any] | None = None

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """
        Return the address at the provider that a reader is sent to.

        Raises:
            ResourceError: the provider cannot be reached, or is not what it should be.
        """
        endpoint = str(self._provider()["authorization_endpoint"])
        with self._client() as client:
            address, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return str(address)

    def identity(self, *, code: str, nonce: str, verifier: str) -> Identity:
        """
        Return whom the provider vouches for with a code.

        Raises:
            SignInError: the code, or what the provider gives for it, does not hold.
            ResourceError: the provider cannot be reached.
        """
        provider = self._provider()
        try:
            with self._client() as client:
                token = client.fetch_token(
                    str(provider["token_endpoint"]), grant_type="authorization_code", code=code, code_verifier=verifier
                )
                found = client.request("GET", str(provider["jwks_uri"]), withhold_token=True)
            claims = self._claims(token, KeySet.import_key_set(found.json()), nonce)
        except httpx2.HTTPError as error:
            raise self._unreachable() from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            raise SignInError("the identity provider's answer does not hold", "begin to sign in again") from error
        email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
        return Identity(self.settings.issuer, str(claims["sub"]), email)

    def _claims(self, token: Mapping[str, Any], keys: KeySet, nonce: str) -> CodeIDToken:
        decoded = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "values": [self.settings.issuer]},
                "aud": {"essential": True, "values": [self.settings.client_id]},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": self.settings.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=SECONDS)
        return claims

    def _provider(self) -> Mapping[str, Any]:
        """What the provider says of itself, asked once."""
        with self._lock:
            if self._found is None:
                self._found = self._ask()
            return self._found

    def _ask(self) -> Mapping[str, Any]:
        issuer = self.settings.issuer
        try:
            answer = httpx2.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=SECONDS)
            answer.raise_for_status()
            found: Mapping[str, Any] = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise self._unreachable() from error
        endpoints = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if found.get("issuer") != issuer or not all(isinstance(end, str) and is_safe_origin(end) for end in endpoints):
            raise ResourceError(
                f"the identity provider at '{issuer}' says that it is another one, or is not reached by https",
                "check the issuer in server.toml",
            )
        return found

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            client_id=self.settings.client_id,
            client_secret=self._secret or None,
            scope=SCOPE,
            redirect_uri=self._callback,
            code_challenge_method="S256",
            timeout=SECONDS,
        )

    def _unreachable(self) -> ResourceError:
        return ResourceError(
            f"the identity provider '{self.settings.title}' cannot be reached", "try again, or sign in with a password"
        )
