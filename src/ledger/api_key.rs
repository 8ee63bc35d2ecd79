//! API keys: what a client sends, and what is kept of it.

use sha2::{Digest as _, Sha256};

use super::database::hex;
use super::vault::{Purpose, Vault};
use crate::domain::id::{ApiKeyId, TenantId};

/// The secret of a key, as clients send it. It is derived under the master key from the key's id, so that it is stored
/// nowhere, and a repeated request is answered with the same.
pub fn secret_of(vault: &Vault, tenant: TenantId, key: ApiKeyId) -> String {
    let derived = vault.keyed_hash(tenant, Purpose::ApiKeySecret, &key.to_string());
    format!("cal_{derived}")
}

/// SHA-256 of a secret as the client sends it, lower-case hex: how it is recorded and found.
pub fn hash_of(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}
