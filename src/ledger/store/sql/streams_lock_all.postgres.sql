-- Used by store/rebuild.rs. Takes every stream of the tenant before its head, as the append does: an append that has
-- written read-model rows already holds its streams and is waited for, never met crosswise.
select count(held.version) as locked
from (
  select s.version from streams s where s.tenant = any($1::uuid[]) order by s.tenant, s.kind, s.id for no key update
) held
