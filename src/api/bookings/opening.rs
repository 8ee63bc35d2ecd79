//! Opens the personal data of rows: one call to the vault for all of them.

use super::rendering::Opened;
use crate::domain::id::TenantId;
use crate::domain::personal::Personal;
use crate::ledger::Ledger;
use crate::ledger::database::DatabaseError;
use crate::ledger::record::{Executed, SealedPersonal};
use crate::projections::row;

/// Opens what each row holds sealed, in the order of the rows.
///
/// # Errors
/// As [`crate::ledger::vault::Vault::open`].
pub(crate) async fn open_rows(
    ledger: &Ledger,
    tenant: TenantId,
    rows: &[row::Booking],
) -> Result<Vec<Opened>, DatabaseError> {
    let sealed: Vec<SealedPersonal> = rows.iter().flat_map(parts).flatten().cloned().collect();
    if sealed.is_empty() {
        return Ok(rows.iter().map(|_| Opened::default()).collect());
    }
    let opened = ledger
        .vault()
        .open(ledger.database(), tenant, &sealed)
        .await?;
    let mut opened = opened.into_iter();
    Ok(rows
        .iter()
        .map(|row| {
            let mut next =
                |part: Option<&SealedPersonal>| part.and_then(|_| opened.next().flatten());
            Opened {
                placed: next(row.placed.as_ref()),
                located: next(row.located.as_ref()),
                moved: next(row.moved.as_ref()),
                cancelled: next(row.cancelled.as_ref()),
                added: row
                    .added
                    .iter()
                    .map(|added| next(added.typed.as_ref()))
                    .collect(),
                seats: row
                    .seats
                    .iter()
                    .map(|seat| next(seat.placed.as_ref()))
                    .collect(),
            }
        })
        .collect())
}

/// What rows hold that were begun by a command executed just now, and to which nobody else has added; `None` when
/// something else must be opened.
pub(crate) fn just_typed(
    executed: &Executed,
    rows: &[row::Booking],
    typed: &Personal,
) -> Option<Vec<Opened>> {
    let is_new = |sealed: &SealedPersonal| {
        let mut events = executed.events.iter();
        events.any(|event| event.id == sealed.event)
    };
    if executed.replayed || !rows.iter().flat_map(parts).flatten().all(is_new) {
        return None;
    }
    let known = |sealed: Option<&SealedPersonal>| sealed.map(|_| typed.clone());
    let opened = rows.iter().map(|row| Opened {
        placed: known(row.placed.as_ref()),
        located: known(row.located.as_ref()),
        moved: known(row.moved.as_ref()),
        cancelled: known(row.cancelled.as_ref()),
        added: row
            .added
            .iter()
            .map(|added| known(added.typed.as_ref()))
            .collect(),
        seats: row
            .seats
            .iter()
            .map(|seat| known(seat.placed.as_ref()))
            .collect(),
    });
    Some(opened.collect())
}

/// Opens one piece of sealed data; `None` where there is none or its key is destroyed.
///
/// # Errors
/// As [`crate::ledger::vault::Vault::open`].
pub(crate) async fn open_one(
    ledger: &Ledger,
    tenant: TenantId,
    sealed: Option<&SealedPersonal>,
) -> Result<Option<Personal>, DatabaseError> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let opened = ledger
        .vault()
        .open(ledger.database(), tenant, std::slice::from_ref(sealed))
        .await?;
    Ok(opened.into_iter().next().flatten())
}

/// The sealed parts of a row in the order in which they are opened.
fn parts(row: &row::Booking) -> Vec<Option<&SealedPersonal>> {
    let mut parts = vec![
        row.placed.as_ref(),
        row.located.as_ref(),
        row.moved.as_ref(),
        row.cancelled.as_ref(),
    ];
    parts.extend(row.added.iter().map(|added| added.typed.as_ref()));
    parts.extend(row.seats.iter().map(|seat| seat.placed.as_ref()));
    parts
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::domain::provider::event::ProviderEvent;

    #[test]
    fn what_others_typed_must_be_opened() {
        let event = ProviderEvent::BookingPlaced(samples::placed(None));
        let executed = samples::executed(vec![samples::recorded(9, event)]);
        let typed = samples::personal();
        let opened = just_typed(&executed, &[samples::row()], &typed).unwrap();
        assert_eq!(opened[0].placed.as_ref(), Some(&typed));

        let mut joined = samples::seated_row(true);
        let other = crate::domain::id::EventId::from_uuid(uuid::Uuid::from_u128(77));
        if let Some(sealed) = &mut joined.seats[1].placed {
            sealed.event = other;
        }
        assert_eq!(just_typed(&executed, &[joined], &typed), None);

        let replay = Executed {
            replayed: true,
            ..executed
        };
        assert_eq!(just_typed(&replay, &[samples::row()], &typed), None);
    }
}
