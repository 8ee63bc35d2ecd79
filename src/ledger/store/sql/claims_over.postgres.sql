-- Used by store/claims.rs to find idle providers. Over all tenants, so the function reads, not the runtime role.
select o.tenant, o.provider
from claims_over_providers($1, $2) as o (tenant, provider)
