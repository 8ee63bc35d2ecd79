-- Used by store/reading.rs. The tenant is not known yet, so the function looks, not the runtime role.
select f.tenant, f.target
from directory_find($1, $2, $3) f
