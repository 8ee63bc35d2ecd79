-- Long histories: snapshots of streams, and an index that finds claims whose time is over.

-- (a) Snapshots: the folded state of a stream at a sequence, written after the commit and only from what is committed.
-- Derived: any may be deleted at any time, its stream is replayed then. The state has no personal data of attendees (the
-- rules never see any); what it has of a provider (name, address) stands in its events in the clear, too. Each says for
-- which program it was folded (layout_hash, evolve_version), on which event of the log it stands (stream_hash), and what
-- it must hash to (state_hash).
create table snapshots (
  tenant uuid not null,
  kind text collate "C" not null,
  id uuid not null,
  sequence bigint not null,
  layout_hash text not null,
  evolve_version bigint not null,
  state_hash bytea not null,
  stream_hash bytea not null,
  decided_at bigint not null,
  state text not null,
  constraint snapshots_pkey primary key (tenant, kind, id, sequence),
  constraint snapshots_sequence_positive check (0 < sequence),
  constraint snapshots_hashes_whole check (octet_length(state_hash) = 32 and octet_length(stream_hash) = 32)
);

-- One that does not fit is replaced where it stands; its key never changes.
grant select, insert, delete, update (layout_hash, evolve_version, state_hash, stream_hash, decided_at, state)
  on snapshots to daybook_runtime;
alter table snapshots enable row level security;
alter table snapshots force row level security;
create policy snapshots_tenant on snapshots
  using (tenant = any ((select admitted_tenants())::uuid[]))
  with check (tenant = any ((select admitted_tenants())::uuid[]));

-- (b) Claims whose time is over and that nobody has recorded so: their providers are idle. Over all tenants, oldest first.
create index claims_over on claims (ends_at, tenant, provider);

create policy claims_owner on claims for select to current_user using (true);

-- Providers of the oldest claims that ended before an instant; looks at no more than so many claims.
create function claims_over_providers(ended_before bigint, claims_max bigint) returns table (tenant uuid, provider uuid)
language sql stable security definer
as $$
  select distinct oldest.tenant, oldest.provider
  from (
    select c.tenant, c.provider from claims c where c.ends_at <= ended_before order by c.ends_at limit claims_max
  ) oldest
$$;

do $$
begin
  execute format('alter function claims_over_providers(bigint, bigint) set search_path = %I, pg_temp', current_schema());
end
$$;
revoke all on function claims_over_providers(bigint, bigint) from public;
grant execute on function claims_over_providers(bigint, bigint) to daybook_runtime;
