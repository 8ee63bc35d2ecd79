//! Idempotency keys, read outside the append that binds them.

use super::Store;
use super::statements::{KEY_FIND, KEYS_REUSED};
use crate::domain::id::TenantId;
use crate::ledger::database::{DatabaseError, Param};
use crate::ledger::unit::KeyRow;

impl Store {
    /// An idempotency key with its outcome.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn key_row(
        &self,
        tenant: TenantId,
        key: &str,
    ) -> Result<Option<KeyRow>, DatabaseError> {
        let params = vec![Param::from(tenant), Param::from(key)];
        let rows = self.database.fetch(tenant, KEY_FIND, params).await?;
        rows.first()
            .map(|row| {
                Ok(KeyRow {
                    key: row.text("key")?,
                    fingerprint: row.text("fingerprint")?,
                    outcome: row.text("outcome")?,
                    bound_at: row.instant("bound_at")?,
                })
            })
            .transpose()
    }

    /// Whether one of the keys is bound to a request with another fingerprint.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn any_key_reused(
        &self,
        tenant: TenantId,
        keys: &[String],
        fingerprint: &str,
    ) -> Result<bool, DatabaseError> {
        let keys = keys.iter().map(|key| Some(key.clone())).collect();
        let params = vec![
            Param::from(tenant),
            Param::Texts(keys),
            Param::from(fingerprint),
        ];
        let rows = self.database.fetch(tenant, KEYS_REUSED, params).await?;
        Ok(!rows.is_empty())
    }
}
