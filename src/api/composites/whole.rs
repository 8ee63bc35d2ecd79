//! A composite booking that is to be changed, and the linked commands that change it with its segments' bookings.
//!
//! Its own command always comes first: it refuses what the whole does not allow before any segment is asked.

use super::finding::{self, Known};
use crate::api::Api;
use crate::api::bookings::facts;
use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::rejection::Asked;
use crate::domain::Command;
use crate::domain::composite::command::{CompositeCommand, SegmentChange};
use crate::domain::composite::event::Cause;
use crate::domain::composite::{Action, Composite, Phase};
use crate::domain::id::{CompositeId, ProviderId, TenantId};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{BookingStatus, OnBooking, ProviderCommand, SegmentAction};
use crate::ledger::record::{Addressed, StreamKey};
use crate::projections::row;

/// A composite booking with the bookings of its segments, as they are now.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    pub(crate) tenant: TenantId,
    id: CompositeId,
    known: Known,
    row: row::Composite,
    /// By segment; `None` where there is no booking.
    bookings: Vec<Option<row::Booking>>,
}

impl Whole {
    /// The one that a path names, for whoever may see it.
    ///
    /// # Errors
    /// As [`finding::row`].
    pub(super) async fn named(api: &Api, caller: &Caller, uid: &str) -> Result<Self, Failure> {
        let (tenant, row) = finding::row(api, caller, uid).await?;
        Self::read(api, tenant, row).await
    }

    /// The one that a booking is a segment of, for whoever has found that booking.
    ///
    /// # Errors
    /// 500 or 503 when it cannot be read.
    pub(crate) async fn of(
        api: &Api,
        tenant: TenantId,
        composite: CompositeId,
    ) -> Result<Self, Failure> {
        let row = finding::by_id(api, tenant, composite).await?;
        Self::read(api, tenant, row).await
    }

    async fn read(api: &Api, tenant: TenantId, row: row::Composite) -> Result<Self, Failure> {
        let known = Known::read(api, tenant, row.composite).await?;
        let bookings = finding::booked(api, tenant, known.composite()?).await?;
        Ok(Self {
            tenant,
            id: row.composite,
            known,
            row,
            bookings,
        })
    }

    pub(super) const fn row(&self) -> &row::Composite {
        &self.row
    }

    pub(super) fn composite(&self) -> Result<&Composite, Failure> {
        self.known.composite()
    }

    /// The bookings of its segments as they stood before a command, to render answers from.
    pub(crate) fn before(&self) -> Vec<row::Booking> {
        self.bookings.iter().flatten().cloned().collect()
    }

    /// Its segments that were not cancelled alone, with their bookings.
    pub(super) fn standing(&self) -> Result<Vec<(u32, &row::Booking)>, Failure> {
        let alone = self.composite()?.alone();
        let is_cancelled = |index: &u32| alone.get(index) == Some(&SegmentChange::Cancelled);
        let all = (0_u32..).zip(&self.bookings);
        let left = all.filter(|(index, _)| !is_cancelled(index));
        Ok(left
            .filter_map(|(index, booking)| Some((index, booking.as_ref()?)))
            .collect())
    }

    /// A command to its own stream.
    pub(crate) fn own(&self, command: CompositeCommand) -> Addressed {
        Addressed {
            stream: StreamKey::composite(self.tenant, self.id),
            command: Command::Composite(command),
        }
    }

    /// A change of one segment, to its own stream.
    pub(crate) fn alone(&self, segment: u32, change: SegmentChange) -> Addressed {
        self.own(CompositeCommand::ChangeSegment { segment, change })
    }

    /// A command to a provider's stream.
    pub(crate) fn with(&self, provider: ProviderId, command: ProviderCommand) -> Addressed {
        Addressed {
            stream: StreamKey::provider(self.tenant, provider),
            command: Command::Provider(Box::new(command)),
        }
    }

    /// Confirms segments. With the last one that a person has to confirm, all the others are confirmed, too, and it stands.
    ///
    /// # Errors
    /// 410 when the personal data is erased.
    pub(crate) fn confirmed(
        &self,
        chosen: &[u32],
        asked: &Asked<'_>,
    ) -> Result<Vec<Addressed>, Failure> {
        let composite = self.composite()?;
        let waits = *composite.phase() == Phase::Pending;
        let pending: Vec<_> = self
            .standing()?
            .into_iter()
            .filter(|(_, booking)| booking.status == BookingStatus::Pending)
            .collect();
        let is_awaited = |index: u32| {
            let segment = usize::try_from(index).ok();
            let segment = segment.and_then(|index| self.row.segments.get(index));
            segment.is_some_and(|segment| segment.awaits_person)
        };
        let is_complete = !pending
            .iter()
            .any(|(index, _)| is_awaited(*index) && !chosen.contains(index));
        let mut linked = Vec::new();
        if waits && is_complete {
            linked.push(self.own(CompositeCommand::Confirm));
        }
        for (index, booking) in pending {
            let is_chosen = chosen.contains(&index);
            if !is_chosen && !(waits && is_complete) {
                continue;
            }
            if waits && !is_complete {
                linked.push(self.alone(index, SegmentChange::Confirmed));
            }
            let confirm = ProviderCommand::Confirm(on(booking, None, asked)?);
            linked.push(self.with(booking.provider, confirm));
        }
        if linked.is_empty() {
            // The rules say why not, or the ledger finds the recorded outcome of an earlier request with the same key.
            linked.push(self.own(CompositeCommand::Confirm));
        }
        Ok(linked)
    }

    /// Declines one segment: while the whole waits for a person, all the others are undone with it; else it alone ends.
    ///
    /// # Errors
    /// 410 when the personal data is erased.
    pub(crate) fn declined(
        &self,
        chosen: u32,
        personal: Option<Personal>,
        asked: &Asked<'_>,
    ) -> Result<Vec<Addressed>, Failure> {
        let composite = self.composite()?;
        let cause = Cause::Declined { segment: chosen };
        let is_whole = *composite.phase() != Phase::Confirmed;
        let code = cause.code().to_owned();
        let mut linked = if is_whole {
            vec![
                self.own(CompositeCommand::RollBack(cause)),
                self.own(CompositeCommand::Settle {
                    linked: Some(Action::Compensate),
                }),
            ]
        } else {
            vec![self.alone(chosen, SegmentChange::Cancelled)]
        };
        for (index, booking) in self.standing()? {
            if index == chosen {
                let decline = ProviderCommand::Decline(on(booking, personal.clone(), asked)?);
                linked.push(self.with(booking.provider, decline));
            } else if let (true, Some((provider, mut step))) = (
                is_whole,
                composite.step(index, Action::Compensate, &Personal::default()),
            ) {
                step.action = SegmentAction::Compensate {
                    cause: code.clone(),
                    known: facts::of(booking).map(Box::new),
                };
                linked.push(self.with(provider, ProviderCommand::Segment(Box::new(step))));
            }
        }
        Ok(linked)
    }
}

fn on(
    booking: &row::Booking,
    personal: Option<Personal>,
    asked: &Asked<'_>,
) -> Result<OnBooking, Failure> {
    Ok(OnBooking {
        facts: facts::known(booking, asked)?,
        personal,
        as_segment: true,
    })
}
