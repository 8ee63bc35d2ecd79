//! Data keys as they are used: 32 bytes in the clear, and the cache of those that were lately.
//!
//! Only the [`super::vault`] comes here. What it drew itself it keeps in hand until it is used up: a cache may forget
//! anything at any time.

use std::collections::BTreeMap;

use chrono::Duration;

use super::vault::KEY_BYTES;
use crate::domain::id::{KeyId, TenantId};
use crate::domain::time::Timestamp;

/// Longest time a data key is used without looking whether it is destroyed, seconds (DESIGN § 9).
const CACHE_SECONDS: i64 = 60;
/// Data keys cached at most: about 10 MiB.
const CACHED_KEYS_MAX: usize = 65_536;
/// Keys of the younger half: once it is full it becomes the older half, and what was there is forgotten. No key costs a
/// look at the others.
const YOUNG_MAX: usize = CACHED_KEYS_MAX / 2;

/// A data key in the clear. Not its cipher: expanded round keys are twenty times as large, and made in less time than a
/// seal takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DataKey(pub(super) [u8; KEY_BYTES]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DataKey(***)")
    }
}

/// Data keys lately seen; at most [`CACHED_KEYS_MAX`].
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    young: BTreeMap<(TenantId, KeyId), Cached>,
    old: BTreeMap<(TenantId, KeyId), Cached>,
}

#[derive(Debug)]
struct Cached {
    data_key: DataKey,
    seen_at: Timestamp,
}

impl KeyCache {
    /// A key that was seen within [`CACHE_SECONDS`].
    pub(super) fn get(&self, tenant: TenantId, key: KeyId, now: Timestamp) -> Option<DataKey> {
        let place = (tenant, key);
        let cached = self.young.get(&place).or_else(|| self.old.get(&place))?;
        let is_fresh = now < cached.seen_at + Duration::seconds(CACHE_SECONDS);
        is_fresh.then_some(cached.data_key)
    }

    /// Keeps a key that was there at `seen_at`.
    pub(super) fn put(
        &mut self,
        tenant: TenantId,
        key: KeyId,
        data_key: DataKey,
        seen_at: Timestamp,
    ) {
        if YOUNG_MAX <= self.young.len() {
            self.old = std::mem::take(&mut self.young);
        }
        self.young
            .insert((tenant, key), Cached { data_key, seen_at });
    }

    /// Forgets a key, once it is destroyed.
    pub(super) fn forget(&mut self, tenant: TenantId, key: KeyId) {
        self.young.remove(&(tenant, key));
        self.old.remove(&(tenant, key));
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use uuid::Uuid;

    use super::{CACHED_KEYS_MAX, DataKey, KeyCache};
    use crate::domain::id::{KeyId, TenantId};
    use crate::domain::time::Timestamp;

    const BEGIN: Timestamp = DateTime::UNIX_EPOCH;
    const ANY: DataKey = DataKey([7; 32]);

    fn tenant() -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(1))
    }

    fn key(number: usize) -> KeyId {
        KeyId::from_uuid(Uuid::from_u128(number.try_into().unwrap()))
    }

    #[test]
    fn a_full_cache_forgets_the_oldest_and_keeps_the_latest() {
        let mut cache = KeyCache::default();
        for number in 0..CACHED_KEYS_MAX * 2 {
            cache.put(tenant(), key(number), ANY, BEGIN);
            let behind = number.saturating_sub(CACHED_KEYS_MAX / 2 - 1);
            assert!(cache.get(tenant(), key(behind), BEGIN).is_some());
            assert!(cache.young.len() + cache.old.len() <= CACHED_KEYS_MAX);
        }
        assert!(cache.get(tenant(), key(0), BEGIN).is_none());
    }

    #[test]
    fn a_key_is_believed_for_a_minute_and_never_once_it_is_destroyed() {
        let mut cache = KeyCache::default();
        cache.put(tenant(), key(1), ANY, BEGIN);
        let later = |seconds| BEGIN + Duration::seconds(seconds);
        assert_eq!(cache.get(tenant(), key(1), later(59)), Some(ANY));
        assert_eq!(cache.get(tenant(), key(1), later(60)), None);

        for number in 2..CACHED_KEYS_MAX / 2 + 2 {
            cache.put(tenant(), key(number), ANY, BEGIN);
        }
        assert_eq!(cache.get(tenant(), key(1), BEGIN), Some(ANY));
        cache.forget(tenant(), key(1));
        assert_eq!(cache.get(tenant(), key(1), BEGIN), None);
    }
}
