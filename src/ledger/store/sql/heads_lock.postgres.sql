-- Used by store/resolution.rs. A transaction that appends to these tenants holds their heads until
-- it ends: whoever gets them here sees what became of it.
select h.tenant, h.position
from heads h
where h.tenant = any($1::uuid[])
order by h.tenant
for no key update
