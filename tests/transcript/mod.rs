//! What clients of Cal.com's API see, row by row of the reference: requests and their whole answers, as snapshots.

mod tape;
mod webhooks;
mod out_of_office;
