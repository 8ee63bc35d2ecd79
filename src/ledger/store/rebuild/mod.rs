//! Rebuilding a read model from the log while bookings arrive: new tables beside the live ones, then a flip.
//!
//! # Phases
//! 1. [`Rebuild::begin`] draws a version, creates its tables, and drops what killed rebuilds left behind.
//! 2. [`Rebuild::fill`] folds the log into the new tables, tenant by tenant, in transactions of one chunk, until hardly
//!    anything is left. The old tables go on to be read and written inline.
//! 3. [`Rebuild::compare`] puts the checksum of the live rows as of one position beside that of the new rows as of the
//!    same position. It waits for nobody: the live rows are read in a snapshot, the new ones change only by our hand.
//! 4. [`Rebuild::flip`] holds every head while it folds the rest and changes the registry ([`flip`]).
//! 5. [`Rebuild::clean`] drops the old tables.
//!
//! # What may happen meanwhile
//! Killed at any moment before the flip's commit, nothing has changed for anybody; after it, only the old tables are
//! left to drop. Either is done by the next rebuild. A second rebuild of the same read model takes over: it drops the
//! first one's tables, and the first one fails. Versions are never used twice, so it cannot write into the second's.

mod filling;
mod checksum;
mod flip;
mod leftovers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use checksum::{Checksum, Compared, TenantRows};
pub use flip::Flipped;
pub use leftovers::Version;

use super::Store;
use super::transaction::Transaction;
use crate::domain::id::TenantId;
use crate::ledger::database::{Database, DatabaseError, Param, Sql};
use crate::ledger::live_tables::{Naming, ReadModel};
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::Projection;
use crate::ledger::unit::LoggedRow;

/// Why a rebuild ended; the live tables are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The database.
    #[error("database error")]
    Database(#[from] DatabaseError),
    /// Its tables or its place in the registry are gone.
    #[error("another rebuild of this read model has taken over")]
    Superseded,
    /// A transaction held a head, or bookings came faster than they could be folded.
    #[error("the heads could not be held long enough to flip; try again when there is less to do")]
    Busy,
    /// The projection wrote other rows than a fold of the log gives.
    #[error("{rows} new rows are not what the log says; the live tables stay")]
    Differs {
        /// How many.
        rows: usize,
    },
}

/// Reads an event as the projection takes it.
pub type Decode<'a> =
    &'a (dyn Fn(&LoggedRow) -> Result<RecordedEvent, DatabaseError> + Send + Sync);

/// Receives (events done, events in total).
pub type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

const DRAW: Sql = Sql::both(include_str!("../sql/read_models_draw.sql"));

/// A rebuild under way.
#[expect(missing_debug_implementations, reason = "holds closures")]
pub struct Rebuild<'a> {
    store: Store,
    /// Creates and drops tables.
    owner: Database,
    projection: &'a dyn Projection,
    decode: Decode<'a>,
    model: ReadModel,
    version: i64,
    /// The names of the new tables.
    next: Arc<Naming>,
    /// The last position in the new tables.
    done: BTreeMap<TenantId, u64>,
}

impl<'a> Rebuild<'a> {
    /// Creates empty tables of a new version. `owner` is the database as its owner sees it (the same on SQLite).
    ///
    /// # Errors
    /// [`RebuildError::Database`].
    pub async fn begin(
        store: Store,
        owner: Database,
        projection: &'a dyn Projection,
        decode: Decode<'a>,
    ) -> Result<Self, RebuildError> {
        let model = ReadModel::of(projection);
        let schema = owner.dialect(model.schema);
        let mut transaction = Transaction::begin(&owner, &BTreeSet::new()).await?;
        let params = vec![Param::from(model.name), Param::from(model.layout(schema))];
        let drawn = transaction.fetch(DRAW, params).await?;
        let version = drawn
            .first()
            .ok_or_else(|| DatabaseError::corrupt("read_models.version", "is not drawn"))?
            .int("version")?;
        let next = Arc::new(Naming::of(&model, version));
        transaction.run_all(next.renamed(schema)).await?;
        transaction.commit().await?;
        let rebuild = Self {
            store,
            owner,
            projection,
            decode,
            model,
            version,
            next,
            done: BTreeMap::new(),
        };
        rebuild.drop_others().await?;
        Ok(rebuild)
    }

    /// The version that is being built.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The tenants in the new tables.
    pub fn tenants(&self) -> Vec<TenantId> {
        self.done.keys().copied().collect()
    }

    /// Drops the tables that the flip has retired, and whatever else is left.
    ///
    /// # Errors
    /// [`RebuildError::Database`]: they stay for the next rebuild to drop, in nobody's way.
    pub async fn clean(self) -> Result<(), RebuildError> {
        Ok(self.drop_others().await?)
    }

    /// A table that is gone while we write it was dropped by another rebuild.
    fn failed(error: DatabaseError) -> RebuildError {
        if error.is_table_gone() {
            return RebuildError::Superseded;
        }
        RebuildError::Database(error)
    }
}
