-- Used by store/reading.rs for maintenance.
select h.tenant
from heads h
order by h.tenant
