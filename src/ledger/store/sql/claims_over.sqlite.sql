-- Used by store/claims.rs to find idle providers. Index: claims_over.
select distinct o.tenant, o.provider
from (select c.tenant, c.provider from claims c where c.ends_at <= $1 order by c.ends_at limit $2) o
