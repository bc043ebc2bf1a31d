"""Names of files that usually hold secrets.

What a tool returns is sent to the provider and written to the journal, so these are not read.
"""

from __future__ import annotations

import re
from fnmatch import translate

_PATTERNS = (
    *(".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".pgpass", ".htpasswd"),
    *(".npmrc", ".pypirc", ".git-credentials", ".dockercfg", ".vault-token"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.key", "*.ppk", "*.p8"),
    *("*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.gpg"),
    *("credentials", "credentials.json", "credentials.toml", "service-account*.json"),
    *("secrets.json", "secrets.yaml", "secrets.yml", "secrets.toml", "*.tfstate", "*.tfvars"),
)
_SECRET = re.compile("|".join(translate(pattern) for pattern in _PATTERNS))
# Templates and public halves are there to be read.
_HARMLESS = re.compile(r".*(\.(example|sample|template|tmpl|dist)|^id_[a-z0-9]+\.pub)", re.DOTALL)


def is_secret(relative: str) -> bool:
    """Say whether the last name of a path is one that usually holds secrets."""
    name = relative.rsplit("/", 1)[-1].casefold()
    return _SECRET.fullmatch(name) is not None and _HARMLESS.fullmatch(name) is None
