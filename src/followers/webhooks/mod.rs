//! What subscribers are told: from an event and the booking it is about to the bytes that are sent (`reference` § 7).
//!
//! Pure: who is told is the webhooks read model's answer, what was sealed is opened by the caller, and nothing is sent
//! here. [`trigger::of_event`] says whether anybody is told at all; [`booking`] makes the payload;
//! [`message::Message`] the body, byte for byte the same however often it is built; [`signature`] its signature.

pub mod trigger;
pub mod booking;
pub mod out_of_office;
mod people;
pub mod message;
pub mod template;
pub mod signature;
#[cfg(test)]
mod tests;
