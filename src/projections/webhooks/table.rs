//! Changes as rows: the table of the webhooks read model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::webhook::Definition;
use crate::ledger::database::Sql;
use crate::ledger::record::{RecordedEvent, SealedPersonal};
use crate::ledger::row::{Cell, Change, ColumnKind, Projection, RowChange, Table};
use crate::projections::cell::{column, document, instant, version};

use super::{WebhookChange, change};

/// The webhooks read model.
#[derive(Clone, Copy, Debug)]
pub struct Webhooks;

impl Projection for Webhooks {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn schema(&self) -> Sql {
        sql!("webhooks/table")
    }

    fn tables(&self) -> &'static [&'static Table] {
        &TABLES
    }

    fn project(&self, event: &RecordedEvent) -> Vec<RowChange> {
        let row = |change| RowChange {
            table: &WEBHOOKS,
            key: vec![
                Cell::Uuid(event.stream.tenant.as_uuid()),
                Cell::Uuid(event.stream.id),
            ],
            change,
        };
        change(event)
            .map(|change| row(cells(event, &change)))
            .into_iter()
            .collect()
    }
}

static TABLES: [&Table; 1] = [&WEBHOOKS];

static WEBHOOKS: Table = Table {
    name: "webhooks",
    columns: &[
        column("tenant", ColumnKind::Uuid),
        column("webhook", ColumnKind::Uuid),
        column("scope", ColumnKind::Uuid),
        column("created_at", ColumnKind::Int),
        column("version", ColumnKind::Int),
        column("doc", ColumnKind::Document),
    ],
    key_columns: 2,
    put: sql!("webhooks/put"),
    patch: sql!("webhooks/patch"),
    delete: sql!("webhooks/delete"),
};

/// What of a webhook is neither searched nor sorted by.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookDocument {
    pub(super) definition: Definition,
    pub(super) sealed: SealedPersonal,
}

fn cells(event: &RecordedEvent, change: &WebhookChange<'_>) -> Change {
    let doc = |definition: &Definition, sealed: &SealedPersonal| {
        document(&WebhookDocument {
            definition: definition.clone(),
            sealed: sealed.clone(),
        })
    };
    match change {
        WebhookChange::Begin(definition, sealed) => Change::Put(vec![
            Cell::Uuid(definition.scope()),
            instant(event.decided_at),
            version(event.sequence),
            doc(definition, sealed),
        ]),
        // What it watches never changes.
        WebhookChange::Replace(definition, sealed) => Change::Patch(BTreeMap::from([
            ("version", version(event.sequence)),
            ("doc", doc(definition, sealed)),
        ])),
        WebhookChange::Delete => Change::Delete,
    }
}
