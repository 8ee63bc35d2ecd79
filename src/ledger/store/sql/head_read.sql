-- Used by store/reading.rs. Index: heads_pkey.
select h.position, h.recorded_at
from heads h
where h.tenant = $1
