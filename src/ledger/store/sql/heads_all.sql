-- Used by store/rebuild/flip.rs, which holds them; the owner sees every tenant's.
select h.tenant, h.position
from heads h
order by h.tenant
