//! Where a cursor-paged list of bookings goes on (`reference` § 4.3).
//!
//! A cursor holds the instant the next page goes on from and how many bookings at exactly that instant were given:
//! bookings that arrive meanwhile elsewhere neither repeat nor hide others. It is signed, so a made-up one is refused.

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::ledger::vault::{Purpose, Vault};

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Start (forward) or end (backward) of the last booking given.
    pub at: Timestamp,
    /// Bookings given with exactly this start or end.
    pub ties: u32,
}

impl Cursor {
    /// The cursor after a page that went on from `self`, whose entries have the given `keys` in order.
    pub(crate) fn after(before: Option<Self>, keys: &[Timestamp]) -> Option<Self> {
        let at = *keys.last()?;
        let in_page = keys.iter().rev().take_while(|key| **key == at).count();
        let earlier = match before {
            Some(before) if before.at == at && in_page == keys.len() => before.ties,
            _ => 0,
        };
        Some(Self {
            at,
            ties: earlier.saturating_add(u32::try_from(in_page).unwrap_or(u32::MAX)),
        })
    }

    /// As text.
    pub(crate) fn sealed(self, vault: &Vault, tenant: TenantId) -> String {
        let text = format!("{:x}.{:x}", self.at.timestamp_micros(), self.ties);
        let seal = signature(vault, tenant, &text);
        format!("{text}.{seal}")
    }

    /// From text; `None` when this server did not make it for this tenant.
    pub(crate) fn opened(text: &str, vault: &Vault, tenant: TenantId) -> Option<Self> {
        let (text, seal) = text.rsplit_once('.')?;
        if signature(vault, tenant, text) != seal {
            return None;
        }
        let (at, ties) = text.split_once('.')?;
        Some(Self {
            at: Timestamp::from_timestamp_micros(i64::from_str_radix(at, 16).ok()?)?,
            ties: u32::from_str_radix(ties, 16).ok()?,
        })
    }
}

fn signature(vault: &Vault, tenant: TenantId, text: &str) -> String {
    let mut hash = vault.keyed_hash(tenant, Purpose::Cursor, &format!("bookings:{text}"));
    hash.truncate(32);
    hash
}

#[cfg(test)]
mod tests {
    use super::Cursor;
    use crate::domain::time::Timestamp;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn a_page_that_ends_within_equal_starts_goes_on_behind_them() {
        assert_eq!(Cursor::after(None, &[]), None);
        let first = Cursor::after(None, &[at(1), at(2), at(2)]).unwrap();
        assert_eq!(first, Cursor { at: at(2), ties: 2 });
        let second = Cursor::after(Some(first), &[at(2), at(2), at(2)]).unwrap();
        assert_eq!(second, Cursor { at: at(2), ties: 5 });
        let third = Cursor::after(Some(second), &[at(2), at(3)]).unwrap();
        assert_eq!(third, Cursor { at: at(3), ties: 1 });
    }
}
