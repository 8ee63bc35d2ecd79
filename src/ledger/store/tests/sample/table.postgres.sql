-- Used by tests of the store: the sample read model.
create table if not exists samples (
  tenant uuid not null,
  id text collate "C" not null,
  amount bigint,
  doc text not null,
  constraint samples_pkey primary key (tenant, id)
);
grant select, insert, update, delete on samples to daybook_runtime;
alter table samples enable row level security;
alter table samples force row level security;
drop policy if exists samples_tenant on samples;
create policy samples_tenant on samples
  using (tenant = any ((select admitted_tenants())::uuid[]))
  with check (tenant = any ((select admitted_tenants())::uuid[]));
