//! What a random history is made of.

use proptest::prelude::*;

use super::kinds::KINDS;

/// One step of a history. Starts count quarters of an hour from now; things are picked from those that ever were.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Place(usize, Span, Option<u32>),
    Series(usize, Span, u32),
    Hold(usize, Span, i64),
    ChangeHold(u32, usize, Span, i64),
    ReleaseHold(u32),
    Reschedule(u32, i64, bool),
    Cancel(u32),
    CancelSeat(u32, u32),
    Confirm(u32),
    Decline(u32),
    Block(Span),
    Unblock(u32),
    Lapse,
    Wait(i64),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) quarters: i64,
    pub(super) halves: i64,
}

fn span() -> impl Strategy<Value = Span> {
    (-1..14_i64, 1..=2_i64).prop_map(|(quarters, halves)| Span { quarters, halves })
}

/// In steps of five, so that ends, expiries and starts often fall on the very minute.
fn minutes() -> impl Strategy<Value = i64> {
    (1..15_i64).prop_map(|fives| fives * 5)
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let kind = 0..KINDS;
    let any = 0..40_u32;
    prop_oneof![
        8 => (kind.clone(), span(), proptest::option::weighted(0.3, any.clone()))
            .prop_map(|(kind, span, hold)| Step::Place(kind, span, hold)),
        1 => (kind.clone(), span(), 2..5_u32)
            .prop_map(|(kind, span, count)| Step::Series(kind, span, count)),
        4 => (kind.clone(), span(), minutes())
            .prop_map(|(kind, span, minutes)| Step::Hold(kind, span, minutes)),
        1 => (any.clone(), kind, span(), minutes())
            .prop_map(|(hold, kind, span, minutes)| Step::ChangeHold(hold, kind, span, minutes)),
        1 => any.clone().prop_map(Step::ReleaseHold),
        4 => (any.clone(), -1..14_i64, proptest::bool::ANY)
            .prop_map(|(booking, to, host)| Step::Reschedule(booking, to, host)),
        2 => any.clone().prop_map(Step::Cancel),
        1 => (any.clone(), any.clone()).prop_map(|(booking, seat)| Step::CancelSeat(booking, seat)),
        3 => any.clone().prop_map(Step::Confirm),
        1 => any.clone().prop_map(Step::Decline),
        2 => span().prop_map(Step::Block),
        2 => any.prop_map(Step::Unblock),
        1 => Just(Step::Lapse),
        3 => minutes().prop_map(Step::Wait),
    ]
}
