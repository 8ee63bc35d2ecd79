-- Used by store/resolution.rs; the transaction is the only writer.
select h.tenant, h.position
from heads h
where h.tenant in (select k.value ->> 0 from json_each($1) k)
order by h.tenant
