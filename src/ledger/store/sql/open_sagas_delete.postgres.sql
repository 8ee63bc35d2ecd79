-- Used by store/open_sagas.rs. Index: open_sagas_pkey.
delete from open_sagas o
using unnest($1::uuid[], $2::uuid[]) as k (tenant, composite)
where o.tenant = k.tenant and o.composite = k.composite
