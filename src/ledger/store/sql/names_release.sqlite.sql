-- Used by store/admission.rs. Frees a tenant's names; also those that this transaction claimed for units that left.
delete from directory
where (kind, scope, name, tenant) in (
  select k.value ->> 0, k.value ->> 1, k.value ->> 2, k.value ->> 3 from json_each($1) k)
