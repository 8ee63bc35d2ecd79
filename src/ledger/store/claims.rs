//! Stages 3 and 4 of the append: claims deleted, then claims inserted, where the database asserts the overlap rule again.
//! And the claims that nobody has deleted although their time is over.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Store;
use super::candidates::Candidates;
use super::rowset::{Kind, RowSet};
use super::statements::{CLAIMS_DELETE, CLAIMS_INSERT, CLAIMS_OVER};
use super::transaction::Transaction;
use crate::domain::ClaimChange;
use crate::domain::id::{ClaimId, ProviderId, TenantId};
use crate::domain::time::Timestamp;
use crate::ledger::database::{DatabaseError, Param};
use crate::ledger::record::StreamKey;

impl Store {
    /// Streams of providers, of any tenant, with claims that ended at or before an instant and are still there. Looks at
    /// the `claims_max` oldest.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn providers_with_claims_over(
        &self,
        ended_before: Timestamp,
        claims_max: u32,
    ) -> Result<BTreeSet<StreamKey>, DatabaseError> {
        let params = vec![
            Param::from(ended_before),
            Param::from(i64::from(claims_max)),
        ];
        let rows = self.database.fetch_untenanted(CLAIMS_OVER, params).await?;
        rows.iter()
            .map(|row| {
                let tenant = TenantId::from_uuid(row.uuid("tenant")?);
                let provider = ProviderId::from_uuid(row.uuid("provider")?);
                Ok(StreamKey::provider(tenant, provider))
            })
            .collect()
    }
}

/// What one provider's changes of one claim come to: at most one deletion, then at most one insertion. By provider, for
/// a claim that is handed over is removed by one and inserted by the other, in whichever order their streams come.
#[derive(Debug, Default)]
struct NetChange {
    is_removed: bool,
    inserted: Option<(Uuid, Timestamp, Timestamp)>,
}

/// Writes the claims of the units that stay.
pub(super) async fn write(
    transaction: &mut Transaction,
    candidates: &Candidates<'_>,
) -> Result<(), DatabaseError> {
    let mut nets: BTreeMap<(TenantId, ClaimId, ProviderId), NetChange> = BTreeMap::new();
    for (_, unit) in candidates.staying() {
        for (provider, change) in &unit.claims {
            match change {
                ClaimChange::Remove(claim) => {
                    let net = nets.entry((unit.tenant, *claim, *provider)).or_default();
                    // A claim that came and went within the batch never reaches the table.
                    if net.inserted.take().is_none() {
                        net.is_removed = true;
                    }
                }
                ClaimChange::Insert {
                    claim,
                    owner,
                    start,
                    end,
                } => {
                    let net = nets.entry((unit.tenant, *claim, *provider)).or_default();
                    net.inserted = Some((*owner, *start, *end));
                }
            }
        }
    }
    let mut removed = RowSet::new([Kind::Uuid, Kind::Uuid]);
    let mut inserted = RowSet::new([
        Kind::Uuid,
        Kind::Uuid,
        Kind::Uuid,
        Kind::Uuid,
        Kind::Int,
        Kind::Int,
    ]);
    for ((tenant, claim, provider), net) in nets {
        if net.is_removed {
            removed.push([Param::from(tenant), Param::from(claim.as_uuid())]);
        }
        if let Some((owner, start, end)) = net.inserted {
            inserted.push([
                Param::from(tenant),
                Param::from(provider.as_uuid()),
                Param::from(claim.as_uuid()),
                Param::from(owner),
                Param::from(start),
                Param::from(end),
            ]);
        }
    }
    transaction
        .apply(CLAIMS_DELETE, removed, Vec::new())
        .await?;
    transaction
        .apply(CLAIMS_INSERT, inserted, Vec::new())
        .await?;
    Ok(())
}
