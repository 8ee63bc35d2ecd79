-- Used by store/open_sagas.rs for operators. Over all tenants, so the function reads, not the runtime role.
select o.tenant, o.composite, o.state, o.since
from open_sagas_unwell($1, $2) as o (tenant, composite, state, since)
