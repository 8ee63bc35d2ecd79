-- The truth: log, streams, heads, idempotency, claims, directory, attendee keys, numbers.
--
-- As migrations/postgres/0001_ledger.sql, which has the reasons; here is what differs. UUIDs are lower-case text,
-- instants integer microseconds, JSON text. There are no roles: statements filter by tenant, triggers keep the log.
-- The overlap guard is a trigger. A released migration is never edited.

-- (a) The log, in commit order (rowid), so that its tail is read in sequence.
create table events (
  aggregate_type text not null,
  aggregate_id text not null,
  sequence integer not null,
  event_type text not null,
  event_version text not null,
  payload text not null,
  metadata text not null,
  tenant text not null,
  position integer not null,
  event_id text not null,
  command_id text not null,
  correlation text not null,
  causation text,
  actor text not null,
  decided_at integer not null,
  recorded_at integer not null,
  key_id text,
  sealed blob,
  subject text,
  previous_hash blob not null,
  hash blob not null,
  constraint events_pkey primary key (tenant, aggregate_type, aggregate_id, sequence),
  constraint events_position_unique unique (tenant, position),
  constraint events_id_unique unique (tenant, event_id),
  constraint events_sequence_positive check (0 < sequence),
  constraint events_position_positive check (0 < position),
  constraint events_json_whole check (json_valid(payload) and json_valid(metadata)),
  constraint events_hashes_whole check (length(previous_hash) = 32 and length(hash) = 32),
  constraint events_sealed_with_key check (sealed is null or key_id is not null)
) strict;
create index events_subject on events (tenant, subject, position) where subject is not null;
create index events_command on events (tenant, command_id);

create trigger events_no_update before update on events
begin
  select raise(abort, 'table events is append-only: update refused');
end;
create trigger events_no_delete before delete on events
begin
  select raise(abort, 'table events is append-only: delete refused');
end;

-- (b) The version of each stream.
create table streams (
  tenant text not null,
  kind text not null,
  id text not null,
  version integer not null,
  hash blob not null,
  constraint streams_pkey primary key (tenant, kind, id),
  constraint streams_version_positive check (0 < version)
) strict, without rowid;

-- (c) The end of each tenant's log.
create table heads (
  tenant text not null,
  position integer not null,
  recorded_at integer not null,
  projection_epoch integer not null default 0,
  constraint heads_pkey primary key (tenant),
  constraint heads_position_not_negative check (0 <= position)
) strict, without rowid;

-- (d) Idempotency keys with their outcomes.
create table idempotency (
  tenant text not null,
  key text not null,
  fingerprint text not null,
  outcome text not null,
  bound_at integer not null,
  constraint idempotency_pkey primary key (tenant, key)
) strict, without rowid;
create index idempotency_bound_at on idempotency (bound_at);

-- (e) Claims, with the overlap guard: no claim is longer than 35 days, so the probe looks back no further.
create table claims (
  tenant text not null,
  provider text not null,
  claim text not null,
  owner text not null,
  starts_at integer not null,
  ends_at integer not null,
  constraint claims_pkey primary key (tenant, claim),
  constraint claims_not_empty check (starts_at < ends_at),
  constraint claims_length_max check (ends_at - starts_at <= 3024000000000)
) strict, without rowid;
create index claims_start on claims (tenant, provider, starts_at, ends_at, owner);

create trigger claims_no_overlap_insert before insert on claims
when exists (
  select 1 from claims c
  where c.tenant = new.tenant and c.provider = new.provider
    and new.starts_at - 3024000000000 < c.starts_at and c.starts_at < new.ends_at
    and new.starts_at < c.ends_at and c.owner <> new.owner)
begin
  select raise(abort, 'claims_no_overlap');
end;
create trigger claims_no_overlap_update before update on claims
when exists (
  select 1 from claims c
  where c.tenant = new.tenant and c.provider = new.provider
    and new.starts_at - 3024000000000 < c.starts_at and c.starts_at < new.ends_at
    and new.starts_at < c.ends_at and c.owner <> new.owner
    and not (c.tenant = old.tenant and c.claim = old.claim))
begin
  select raise(abort, 'claims_no_overlap');
end;

-- (f) The directory.
create table directory (
  kind text not null,
  scope text not null,
  name text not null,
  tenant text not null,
  target text not null,
  constraint directory_pkey primary key (kind, scope, name)
) strict, without rowid;
create index directory_name on directory (kind, name);

-- (g) Attendees' data keys, wrapped, and the terms to search people by.
create table attendee_keys (
  tenant text not null,
  key_id text not null,
  wrapped blob,
  epoch integer not null,
  created_at integer not null,
  destroyed_at integer,
  constraint attendee_keys_pkey primary key (tenant, key_id),
  constraint attendee_keys_gone_when_destroyed check ((wrapped is null) = (destroyed_at is not null))
) strict, without rowid;
create table person_terms (
  tenant text not null,
  term text not null,
  key_id text not null,
  constraint person_terms_pkey primary key (tenant, term, key_id)
) strict, without rowid;
create index person_terms_key on person_terms (tenant, key_id);

-- (h) Wire numbers, global over all tenants, below 2^31.
create table numbers (
  kind text not null,
  next integer not null,
  constraint numbers_pkey primary key (kind),
  constraint numbers_fit_the_wire check (1 <= next and next <= 2147483648)
) strict, without rowid;
