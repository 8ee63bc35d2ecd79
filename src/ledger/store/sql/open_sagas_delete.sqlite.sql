-- Used by store/open_sagas.rs. Index: open_sagas_pkey.
delete from open_sagas
where (tenant, composite) in (select k.value ->> 0, k.value ->> 1 from json_each($1) k)
