//! The rules of composite bookings.
