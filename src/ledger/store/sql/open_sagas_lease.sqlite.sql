-- Used by store/open_sagas.rs. Index: open_sagas_due.
update open_sagas
set leased_by = $1, due_at = $3
where (tenant, composite) in (
  select d.tenant, d.composite from open_sagas d where d.due_at <= $2 order by d.due_at limit $4)
returning tenant, composite
