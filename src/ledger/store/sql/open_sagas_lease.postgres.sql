-- Used by store/open_sagas.rs. Over all tenants, so the function takes them, not the runtime role.
select o.tenant, o.composite
from open_sagas_lease($1, $2, $3, $4) as o (tenant, composite)
