-- How many bookings a provider's list has of those that are at home with another one; the condition follows
-- (`src/projections/bookings/list.rs`). `cross join` makes SQLite begin with the shares, which are few.
select count(*) as matches
from booking_shares as h
cross join bookings as b
