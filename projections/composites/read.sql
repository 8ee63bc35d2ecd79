-- What every reader of composite bookings selects; the condition follows (`src/projections/composites/read.rs`, `list.rs`).
select
    c.composite, c.status, c.start_at, c.end_at, c.created_at, c.updated_at, c.version, c.doc
from composites as c
