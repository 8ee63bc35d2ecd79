-- Used by store/open_sagas.rs for operators. Over all tenants, so the function reads, not the runtime role.
select o.state, o.sagas, o.oldest
from open_sagas_counted() as o (state, sagas, oldest)
