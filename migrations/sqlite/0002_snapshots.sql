-- Long histories: snapshots of streams, and an index that finds claims whose time is over.
--
-- As migrations/postgres/0002_snapshots.sql, which has the reasons.

-- (a) Snapshots of streams.
create table snapshots (
  tenant text not null,
  kind text not null,
  id text not null,
  sequence integer not null,
  layout_hash text not null,
  evolve_version integer not null,
  state_hash blob not null,
  stream_hash blob not null,
  decided_at integer not null,
  state text not null,
  constraint snapshots_pkey primary key (tenant, kind, id, sequence),
  constraint snapshots_sequence_positive check (0 < sequence),
  constraint snapshots_hashes_whole check (length(state_hash) = 32 and length(stream_hash) = 32)
) strict;

-- (b) Claims whose time is over.
create index claims_over on claims (ends_at, tenant, provider);
