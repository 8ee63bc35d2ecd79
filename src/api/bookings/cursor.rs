//! Where a cursor-paged list goes on. A cursor is signed, so a made-up one is refused.

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::ledger::vault::{Purpose, Vault};

/// Where a list of bookings goes on (`reference` § 4.3): the instant of the last booking given, and how many bookings
/// with exactly that instant were given. Bookings that arrive meanwhile elsewhere neither repeat nor hide others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Start (forward) or end (backward) of the last booking given.
    pub at: Timestamp,
    /// Bookings given with exactly this start or end.
    pub ties: u32,
}

impl Cursor {
    const LIST: &'static str = "bookings";

    /// The cursor after a page that went on from `before`, whose entries have the given instants in order.
    pub(crate) fn after(before: Option<Self>, instants: &[Timestamp]) -> Option<Self> {
        let at = *instants.last()?;
        let in_page = instants.iter().rev().take_while(|key| **key == at).count();
        let earlier = match before {
            Some(before) if before.at == at && in_page == instants.len() => before.ties,
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
        sealed(vault, tenant, Self::LIST, &text)
    }

    /// From text; `None` when this server did not make it for this tenant.
    pub(crate) fn opened(text: &str, vault: &Vault, tenant: TenantId) -> Option<Self> {
        let (at, ties) = opened(vault, tenant, Self::LIST, text)?.split_once('.')?;
        Some(Self {
            at: Timestamp::from_timestamp_micros(i64::from_str_radix(at, 16).ok()?)?,
            ties: u32::from_str_radix(ties, 16).ok()?,
        })
    }
}

/// Signs where a list goes on.
pub(crate) fn sealed(vault: &Vault, tenant: TenantId, list: &str, text: &str) -> String {
    let signature = signature(vault, tenant, list, text);
    format!("{text}.{signature}")
}

/// The text of a cursor; `None` when it was not made for this list of this tenant.
pub(crate) fn opened<'a>(
    vault: &Vault,
    tenant: TenantId,
    list: &str,
    cursor: &'a str,
) -> Option<&'a str> {
    let (text, given) = cursor.rsplit_once('.')?;
    (signature(vault, tenant, list, text) == given).then_some(text)
}

fn signature(vault: &Vault, tenant: TenantId, list: &str, text: &str) -> String {
    const LENGTH: usize = 32;
    let mut hash = vault.keyed_hash(tenant, Purpose::Cursor, &format!("{list}:{text}"));
    hash.truncate(LENGTH);
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
