//! Personal data: sealed per attendee, opened only for answers and senders.
//!
//! Every booking's attendee has a data key of its own, wrapped by the master key. A seal (AES-256-GCM) is bound to
//! tenant, key and event: it opens nowhere else. Destroying the wrapped key erases the person; no hash changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::database::{Database, DatabaseError, hex};
use super::key_cache::{DataKey, KeyCache};
use super::record::SealedPersonal;
use super::store::Store;
use super::unit::WrappedKey;
use crate::clock::{Clock, Ids};
use crate::domain::id::{EventId, KeyId, TenantId};
use crate::domain::personal::Personal;

/// Length of the master key and of data keys, bytes.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Hexadecimal digits of a term: 128 bits.
const TERM_DIGITS: usize = 32;
/// The only master key known yet; rotation adds epochs.
const EPOCH: i64 = 1;

/// Seals and opens personal data; knows the master key.
pub struct Vault {
    wrapping: Aes256Gcm,
    lookup_key: [u8; KEY_BYTES],
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    cache: Mutex<KeyCache>,
}

/// What a keyed hash is for: hashes of one purpose never equal those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Look-up by e-mail address.
    Email,
    /// Look-up by one lower-case word of a name.
    NameWord,
    /// Idempotency keys.
    IdempotencyKey,
    /// Idempotency fingerprints.
    Fingerprint,
    /// Callers of holds.
    Caller,
    /// Secrets of API keys, derived from their ids.
    ApiKeySecret,
    /// Page cursors.
    Cursor,
    /// Addresses of webhooks, which are unique among those of a user.
    SubscriberUrl,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::NameWord => "name-word",
            Self::IdempotencyKey => "idempotency-key",
            Self::Fingerprint => "fingerprint",
            Self::Caller => "caller",
            Self::ApiKeySecret => "api-key-secret",
            Self::Cursor => "cursor",
            Self::SubscriberUrl => "subscriber-url",
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Vault(***)")
    }
}

impl Vault {
    /// A vault under a master key.
    pub fn new(master: &[u8; KEY_BYTES], clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self {
            wrapping: cipher(DataKey(hmac(master, &[b"daybook/wrap/1"]))),
            lookup_key: hmac(master, &[b"daybook/lookup/1"]),
            clock,
            ids,
            cache: Mutex::default(),
        }
    }

    /// Opens sealed data of a tenant, in the order given; `None` where the key is destroyed. One query at most for
    /// keys not cached (cached at most 60 s).
    ///
    /// # Errors
    /// [`DatabaseError`]; [`DatabaseError::Corrupt`] when a seal does not open.
    pub async fn open(
        &self,
        database: &Database,
        tenant: TenantId,
        sealed: &[SealedPersonal],
    ) -> Result<Vec<Option<Personal>>, DatabaseError> {
        let keys: BTreeSet<KeyId> = sealed.iter().map(|sealed| sealed.key).collect();
        let data_keys = self.data_keys(database, tenant, keys).await?;
        let ciphers: BTreeMap<KeyId, Aes256Gcm> = data_keys
            .into_iter()
            .map(|(key, data_key)| (key, cipher(data_key)))
            .collect();
        sealed
            .iter()
            .map(|sealed| {
                ciphers
                    .get(&sealed.key)
                    .map(|cipher| open_seal(cipher, tenant, sealed))
                    .transpose()
            })
            .collect()
    }

    /// Draws a data key and wraps it. It is stored with the command that first uses it; until then it is nowhere else
    /// than with the caller, who seals with it by [`Self::seal_with`].
    pub fn draw_key(&self, tenant: TenantId, key: KeyId) -> (WrappedKey, DataKey) {
        let mut data_key = DataKey([0; KEY_BYTES]);
        self.ids.fill(&mut data_key.0);
        let wrapped = self.encrypt(&self.wrapping, &data_key.0, &wrap_binding(tenant, key));
        let created_at = self.clock.now();
        self.cache().put(tenant, key, data_key, created_at);
        let wrapped_key = WrappedKey {
            key,
            wrapped,
            epoch: EPOCH,
            created_at,
        };
        (wrapped_key, data_key)
    }

    /// Seals what a person typed under a key in hand, bound to the event: nonce ‖ ciphertext ‖ tag.
    ///
    /// # Errors
    /// [`DatabaseError::Corrupt`] when it is not JSON.
    pub fn seal_with(
        &self,
        data_key: DataKey,
        tenant: TenantId,
        key: KeyId,
        event: EventId,
        personal: &Personal,
    ) -> Result<Vec<u8>, DatabaseError> {
        let plain = serde_json::to_vec(personal)
            .map_err(|error| DatabaseError::corrupt("personal", error))?;
        let binding = seal_binding(tenant, key, event);
        Ok(self.encrypt(&cipher(data_key), &plain, &binding))
    }

    /// As [`Self::seal_with`], under a key that is stored; `None` when it is destroyed or unknown.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn seal(
        &self,
        database: &Database,
        tenant: TenantId,
        key: KeyId,
        event: EventId,
        personal: &Personal,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        let found = self
            .data_keys(database, tenant, BTreeSet::from([key]))
            .await?;
        found
            .get(&key)
            .map(|data_key| self.seal_with(*data_key, tenant, key, event, personal))
            .transpose()
    }

    /// Keyed hash (HMAC-SHA-256, lower-case hex) of a text, per tenant and purpose.
    pub fn keyed_hash(&self, tenant: TenantId, purpose: Purpose, text: &str) -> String {
        hex(&hmac(
            &self.lookup_key,
            &[
                purpose.label().as_bytes(),
                b"\0",
                tenant.as_uuid().as_bytes(),
                text.as_bytes(),
            ],
        ))
    }

    /// What an e-mail address or a word of a name is found by: half of its keyed hash, 32 hexadecimal digits. Every
    /// booking writes two or three, twice as long ones would only make the table and its index larger.
    pub fn term(&self, tenant: TenantId, purpose: Purpose, text: &str) -> String {
        let mut term = self.keyed_hash(tenant, purpose, text);
        term.truncate(TERM_DIGITS);
        term
    }

    /// The keyed hashes under which a person can be found: every e-mail address and every word of the name.
    pub fn terms(&self, tenant: TenantId, personal: &Personal) -> BTreeSet<String> {
        let attendee = personal.attendee.iter();
        let emails = attendee
            .clone()
            .chain(&personal.companions)
            .filter_map(|attendee| attendee.email.as_ref())
            .chain(&personal.guests)
            .map(|email| self.term(tenant, Purpose::Email, &email.to_lowercase()));
        let words = attendee.chain(&personal.companions).flat_map(|attendee| {
            attendee
                .name
                .split_whitespace()
                .map(|word| self.term(tenant, Purpose::NameWord, &word.to_lowercase()))
        });
        emails.chain(words).collect()
    }

    /// Forgets a cached key, once it is destroyed.
    pub fn forget(&self, tenant: TenantId, key: KeyId) {
        self.cache().forget(tenant, key);
    }

    fn cache(&self) -> MutexGuard<'_, KeyCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn data_keys(
        &self,
        database: &Database,
        tenant: TenantId,
        keys: BTreeSet<KeyId>,
    ) -> Result<BTreeMap<KeyId, DataKey>, DatabaseError> {
        let now = self.clock.now();
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        {
            let cache = self.cache();
            for key in keys {
                match cache.get(tenant, key, now) {
                    Some(data_key) => {
                        found.insert(key, data_key);
                    }
                    None => missing.push(key),
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let wrapped_keys = Store::new(database.clone())
            .attendee_keys(tenant, &missing)
            .await?;
        for wrapped in wrapped_keys {
            let data_key = decrypt(
                &self.wrapping,
                &wrapped.wrapped,
                &wrap_binding(tenant, wrapped.key),
                "wrapped",
            )?;
            let data_key = <[u8; KEY_BYTES]>::try_from(data_key.as_slice())
                .map_err(|error| DatabaseError::corrupt("wrapped", error))?;
            let data_key = DataKey(data_key);
            self.cache().put(tenant, wrapped.key, data_key, now);
            found.insert(wrapped.key, data_key);
        }
        Ok(found)
    }

    fn encrypt(&self, cipher: &Aes256Gcm, plain: &[u8], binding: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        self.ids.fill(&mut nonce);
        let ciphertext = cipher
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: binding,
                },
            )
            .expect("AES-GCM encrypts messages far below 64 GiB");
        let mut sealed = nonce.to_vec();
        sealed.extend(ciphertext);
        sealed
    }
}

fn open_seal(
    cipher: &Aes256Gcm,
    tenant: TenantId,
    sealed: &SealedPersonal,
) -> Result<Personal, DatabaseError> {
    let bytes = BASE64
        .decode(&sealed.data)
        .map_err(|error| DatabaseError::corrupt("sealed", error))?;
    let plain = decrypt(
        cipher,
        &bytes,
        &seal_binding(tenant, sealed.key, sealed.event),
        "sealed",
    )?;
    serde_json::from_slice(&plain).map_err(|error| DatabaseError::corrupt("sealed", error))
}

fn decrypt(
    cipher: &Aes256Gcm,
    sealed: &[u8],
    binding: &[u8],
    column: &str,
) -> Result<Vec<u8>, DatabaseError> {
    let (nonce, ciphertext) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| DatabaseError::corrupt(column, "is too short"))?;
    cipher
        .decrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad: binding,
            },
        )
        .map_err(|error| DatabaseError::corrupt(column, error))
}

fn cipher(key: DataKey) -> Aes256Gcm {
    Aes256Gcm::new((&key.0).into())
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any size");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn wrap_binding(tenant: TenantId, key: KeyId) -> Vec<u8> {
    [
        b"daybook/key/1\0",
        tenant.as_uuid().as_bytes().as_slice(),
        key.as_uuid().as_bytes(),
    ]
    .concat()
}

fn seal_binding(tenant: TenantId, key: KeyId, event: EventId) -> Vec<u8> {
    [
        b"daybook/seal/1\0",
        tenant.as_uuid().as_bytes().as_slice(),
        key.as_uuid().as_bytes(),
        event.as_uuid().as_bytes(),
    ]
    .concat()
}
