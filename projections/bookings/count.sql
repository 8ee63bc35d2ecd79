-- How many bookings a list has in all; the condition follows (`src/projections/bookings/list.rs`). The indexes
-- `bookings_start` and `bookings_provider_start` carry what the conditions name, so that no row is read.
select count(*) as matches
from bookings as b
