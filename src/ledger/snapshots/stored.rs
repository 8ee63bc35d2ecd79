//! One snapshot as it is stored, and whether it may be used.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::domain::time::Timestamp;
use crate::domain::{EVOLVE_VERSION, STATE_LAYOUT, State};
use crate::ledger::LedgerError;
use crate::ledger::hash::instant_text;
use crate::ledger::lanes::Hot;
use crate::ledger::record::StreamKey;

/// Separates these hashes from all others.
const PREFIX: &[u8] = b"daybook/snapshot/1\0";

/// A stored state, folded and laid out as this program does (the query compares both).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Of which stream.
    pub stream: StreamKey,
    /// After so many of its events.
    pub sequence: u64,
    /// Over everything else here and what the state was folded by.
    pub state_hash: [u8; 32],
    /// Hash of the last of the events.
    pub stream_hash: [u8; 32],
    /// When the last of the events was decided.
    pub decided_at: Timestamp,
    /// The state, JSON.
    pub state: String,
}

/// Why a snapshot is ignored.
#[derive(Debug, thiserror::Error)]
pub(in crate::ledger) enum Unfit {
    #[error("the log has no such event at its sequence")]
    NotOfThisLog,
    #[error("its hash does not match")]
    Altered,
    #[error("its state cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

impl Snapshot {
    /// Writes a committed state down.
    pub(in crate::ledger) fn of(stream: StreamKey, hot: &Hot) -> Result<Self, LedgerError> {
        let state = serde_json::to_string(hot.state.as_ref())
            .map_err(|error| LedgerError::Corrupt(format!("state does not serialise: {error}")))?;
        let mut snapshot = Self {
            stream,
            sequence: hot.version,
            state_hash: [0; 32],
            stream_hash: hot.hash,
            decided_at: hot.decided_at,
            state,
        };
        snapshot.state_hash = snapshot.computed_hash();
        Ok(snapshot)
    }

    /// The stream as it stood, when everything fits. `log_hash` is the hash of the event at its sequence.
    pub(in crate::ledger) fn open(&self, log_hash: Option<[u8; 32]>) -> Result<Hot, Unfit> {
        if log_hash != Some(self.stream_hash) {
            return Err(Unfit::NotOfThisLog);
        }
        if self.computed_hash() != self.state_hash {
            return Err(Unfit::Altered);
        }
        let state: State = serde_json::from_str(&self.state)?;
        Ok(Hot {
            version: self.sequence,
            hash: self.stream_hash,
            decided_at: self.decided_at,
            state: Arc::new(state),
            snapshot: self.sequence,
        })
    }

    fn computed_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(PREFIX);
        let texts = [
            self.stream.tenant.to_string(),
            self.stream.kind.as_str().to_owned(),
            self.stream.id.to_string(),
            self.sequence.to_string(),
            STATE_LAYOUT.to_owned(),
            EVOLVE_VERSION.to_string(),
            instant_text(self.decided_at),
        ];
        for bytes in texts
            .iter()
            .map(String::as_bytes)
            .chain([self.stream_hash.as_slice(), self.state.as_bytes()])
        {
            let length = u64::try_from(bytes.len()).expect("a length fits in 64 bits");
            hasher.update(length.to_be_bytes());
            hasher.update(bytes);
        }
        hasher.finalize().into()
    }
}
