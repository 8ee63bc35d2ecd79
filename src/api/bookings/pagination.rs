//! The `pagination` object of an offset-paged list (`reference` § 1.7).

use serde::Serialize;
use utoipa::ToSchema;

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Entries in this answer.
    pub returned_items: u64,
    /// Entries that match in all.
    pub total_items: u64,
    /// `take`.
    pub items_per_page: u64,
    /// Entries after this page.
    pub remaining_items: u64,
    /// From 1; 0 when there are no pages.
    pub current_page: u64,
    /// Pages in all.
    pub total_pages: u64,
    /// Whether a page follows.
    pub has_next_page: bool,
    /// Whether a page precedes.
    pub has_previous_page: bool,
}

impl Pagination {
    /// Of a page with `returned` entries after `skip`, `take` at most, of `total`. A `skip` beyond the end counts as
    /// the end.
    pub fn new(returned: u64, total: u64, skip: u64, take: u64) -> Self {
        let take = take.max(1);
        let skip = skip.min(total);
        let reached = skip.saturating_add(take);
        let total_pages = total.div_ceil(take);
        Self {
            returned_items: returned,
            total_items: total,
            items_per_page: take,
            remaining_items: total.saturating_sub(reached),
            current_page: (skip / take + 1).min(total_pages),
            total_pages,
            has_next_page: reached < total,
            has_previous_page: 0 < skip,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pagination;

    fn shown(returned: u64, total: u64, skip: u64, take: u64) -> String {
        let page = Pagination::new(returned, total, skip, take);
        format!(
            "{} of {}, page {}/{}, {} left, next {}, previous {}",
            page.returned_items,
            page.total_items,
            page.current_page,
            page.total_pages,
            page.remaining_items,
            page.has_next_page,
            page.has_previous_page
        )
    }

    #[test]
    fn pages_are_counted_as_cal_com_counts_them() {
        assert_eq!(
            shown(0, 0, 0, 100),
            "0 of 0, page 0/0, 0 left, next false, previous false"
        );
        assert_eq!(
            shown(1, 1, 0, 2),
            "1 of 1, page 1/1, 0 left, next false, previous false"
        );
        assert_eq!(
            shown(2, 5, 0, 2),
            "2 of 5, page 1/3, 3 left, next true, previous false"
        );
        assert_eq!(
            shown(2, 5, 3, 2),
            "2 of 5, page 2/3, 0 left, next false, previous true"
        );
        assert_eq!(
            shown(1, 5, 4, 2),
            "1 of 5, page 3/3, 0 left, next false, previous true"
        );
        assert_eq!(
            shown(0, 5, 9, 2),
            "0 of 5, page 3/3, 0 left, next false, previous true"
        );
    }
}
