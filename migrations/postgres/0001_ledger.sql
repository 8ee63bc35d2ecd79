-- The truth: log, streams, heads, idempotency, claims, directory, attendee keys, numbers.
--
-- Instants are bigint microseconds since the Unix epoch. Keys lead with the tenant, so the same schema distributes.
-- Nothing here needs more than btree_gist. A released migration is never edited.
--
-- Two roles: the login that runs this owns the tables; the server's sessions do `set role daybook_runtime`, which owns
-- nothing and is held by row-level security to the tenants that the transaction names in `daybook.tenants`. Row-level
-- security is forced, so the owner is held too; where a `security definer` function must see all tenants, a policy for
-- the owner says so.
--
-- A read model's own table.sql runs once per version of it, and must end with this, TABLE replaced:
--
--   grant select, insert, update, delete on TABLE to daybook_runtime;
--   alter table TABLE enable row level security;
--   alter table TABLE force row level security;
--   drop policy if exists TABLE_tenant on TABLE;
--   create policy TABLE_tenant on TABLE
--     using (tenant = any ((select admitted_tenants())::uuid[]))
--     with check (tenant = any ((select admitted_tenants())::uuid[]));

create extension if not exists btree_gist;

-- The role belongs to the cluster, not to the database: another database's migration may create or grant it at this
-- very moment (unique_violation, duplicate_object; "tuple concurrently updated" is internal_error).
do $$
declare
  attempts_left integer := 10;
  settable boolean;
begin
  loop
    begin
      if not exists (select from pg_catalog.pg_roles where rolname = 'daybook_runtime') then
        create role daybook_runtime nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
      end if;
      if current_setting('server_version_num')::integer < 160000 then
        settable := pg_has_role(current_user, 'daybook_runtime', 'member');
      else
        settable := pg_has_role(current_user, 'daybook_runtime', 'set');
      end if;
      if not settable then
        execute format('grant daybook_runtime to %I', current_user);
      end if;
      exit;
    exception when duplicate_object or unique_violation or internal_error then
      attempts_left := attempts_left - 1;
      if attempts_left = 0 then
        raise;
      end if;
    end;
  end loop;
  execute format('grant usage on schema %I to daybook_runtime', current_schema());
end
$$;

-- The tenants that this transaction may see. Policies call it in a scalar sub-select: once per statement, and the
-- comparison stays an index condition.
create function admitted_tenants() returns uuid[]
language sql stable parallel safe
as $$ select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[] $$;

create function refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'table % is append-only: % refused', tg_table_name, tg_op
    using errcode = 'restrict_violation';
end
$$;

-- (a) The log. The first columns are the postgres-es layout; `json`, for jsonb rewrites what was hashed.
create table events (
  aggregate_type text collate "C" not null,
  aggregate_id text collate "C" not null,
  sequence bigint not null,
  event_type text not null,
  event_version text not null,
  payload json not null,
  metadata json not null,
  tenant uuid not null,
  position bigint not null,
  event_id uuid not null,
  command_id uuid not null,
  correlation uuid not null,
  causation uuid,
  actor text not null,
  decided_at bigint not null,
  recorded_at bigint not null,
  key_id uuid,
  sealed bytea,
  subject uuid,
  previous_hash bytea not null,
  hash bytea not null,
  constraint events_pkey primary key (tenant, aggregate_type, aggregate_id, sequence),
  constraint events_position_unique unique (tenant, position),
  constraint events_id_unique unique (tenant, event_id),
  constraint events_sequence_positive check (0 < sequence),
  constraint events_position_positive check (0 < position),
  constraint events_hashes_whole check (octet_length(previous_hash) = 32 and octet_length(hash) = 32),
  constraint events_sealed_with_key check (sealed is null or key_id is not null)
);
-- The history of a booking.
create index events_subject on events (tenant, subject, position) where subject is not null;
-- What became of a command whose connection was lost during COMMIT.
create index events_command on events (tenant, command_id);

create trigger events_append_only before update or delete or truncate on events
  for each statement execute function refuse_change();

-- (b) The version of each stream: what the race check locks and compares. Room for updates in the same page.
create table streams (
  tenant uuid not null,
  kind text collate "C" not null,
  id uuid not null,
  version bigint not null,
  hash bytea not null,
  constraint streams_pkey primary key (tenant, kind, id),
  constraint streams_version_positive check (0 < version)
) with (fillfactor = 80);

-- (c) The end of each tenant's log: positions are handed out by updating it, last in the append transaction.
create table heads (
  tenant uuid not null,
  position bigint not null,
  recorded_at bigint not null,
  projection_epoch bigint not null default 0,
  constraint heads_pkey primary key (tenant),
  constraint heads_position_not_negative check (0 <= position)
) with (fillfactor = 50);

-- (d) Idempotency keys with their outcomes.
create table idempotency (
  tenant uuid not null,
  key text collate "C" not null,
  fingerprint text not null,
  outcome text not null,
  bound_at bigint not null,
  constraint idempotency_pkey primary key (tenant, key)
);
-- Expiry, oldest first, over all tenants.
create index idempotency_bound_at on idempotency (bound_at);

-- (e) Claims: the overlap rule once more, by the database. Claims of one owner may overlap while a composite moves.
-- At most 35 days long: 31 of a booking, the rest buffers (SQLite's guard looks back no further).
create table claims (
  tenant uuid not null,
  provider uuid not null,
  claim uuid not null,
  owner uuid not null,
  starts_at bigint not null,
  ends_at bigint not null,
  constraint claims_pkey primary key (tenant, claim),
  constraint claims_not_empty check (starts_at < ends_at),
  constraint claims_length_max check (ends_at - starts_at <= 3024000000000),
  -- The range before the owner: a GiST splits pages by the first column that differs, and no search is narrowed by an
  -- owner. The other way round every claim of a provider is looked at for each new one.
  constraint claims_no_overlap exclude using gist (
    tenant with =, provider with =, int8range(starts_at, ends_at) with &&, owner with <>)
);

-- (f) The directory: what must be found before the tenant is known, and what must be unique.
create table directory (
  kind text collate "C" not null,
  scope text collate "C" not null,
  name text collate "C" not null,
  tenant uuid not null,
  target text not null,
  constraint directory_pkey primary key (kind, scope, name)
);
-- A scoped name looked up without its scope.
create index directory_name on directory (kind, name);

-- (g) Attendees' data keys, wrapped; destroying one erases the person. Terms: keyed hashes to search people by.
create table attendee_keys (
  tenant uuid not null,
  key_id uuid not null,
  wrapped bytea,
  epoch bigint not null,
  created_at bigint not null,
  destroyed_at bigint,
  constraint attendee_keys_pkey primary key (tenant, key_id),
  constraint attendee_keys_gone_when_destroyed check ((wrapped is null) = (destroyed_at is not null))
);
create table person_terms (
  tenant uuid not null,
  term text collate "C" not null,
  key_id uuid not null,
  constraint person_terms_pkey primary key (tenant, term, key_id)
);
-- Erasure purges the terms of a key.
create index person_terms_key on person_terms (tenant, key_id);

-- (h) Wire numbers, global over all tenants, below 2^31.
create table numbers (
  kind text collate "C" not null,
  next bigint not null,
  constraint numbers_pkey primary key (kind),
  constraint numbers_fit_the_wire check (1 <= next and next <= 2147483648)
);

-- What the runtime role may do; never update, delete or truncate events. Column lists where a row's key may not change.
grant select, insert on events to daybook_runtime;
grant select, insert, update (version, hash) on streams to daybook_runtime;
grant select, insert, update (position, recorded_at) on heads to daybook_runtime;
grant select, insert, delete on idempotency to daybook_runtime;
grant select, insert, delete on claims to daybook_runtime;
grant select, insert, delete, update (target) on directory to daybook_runtime;
grant select, insert, update (wrapped, epoch, destroyed_at) on attendee_keys to daybook_runtime;
grant select, insert, delete on person_terms to daybook_runtime;

do $$
declare
  name text;
begin
  foreach name in array array['events', 'streams', 'heads', 'idempotency', 'claims', 'directory', 'attendee_keys',
                              'person_terms']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy %I on %I using (tenant = any ((select admitted_tenants())::uuid[]))'
      ' with check (tenant = any ((select admitted_tenants())::uuid[]))', name || '_tenant', name);
  end loop;
end
$$;

create policy directory_owner on directory for select to current_user using (true);
create policy heads_owner on heads for select to current_user using (true);
create policy idempotency_owner_reads on idempotency for select to current_user using (true);
create policy idempotency_owner_expires on idempotency for delete to current_user using (true);

-- Exact key in, one row out. An empty scope finds a scoped name only when it is the only one of its kind.
create function directory_find(sought_kind text, sought_scope text, sought_name text)
returns table (tenant uuid, target text)
language sql stable security definer
as $$
  select d.tenant, d.target
  from directory d
  where sought_scope <> '' and d.kind = sought_kind and d.scope = sought_scope and d.name = sought_name
  union all
  select found.tenant, found.target
  from (
    select few.tenant, few.target, count(*) over () as hits
    from (
      select d.tenant, d.target
      from directory d
      where sought_scope = '' and d.kind = sought_kind and d.name = sought_name
      limit 2
    ) few
  ) found
  where found.hits = 1
$$;

-- Every tenant with a log, for maintenance.
create function log_tenants() returns setof uuid
language sql stable security definer
as $$ select h.tenant from heads h order by h.tenant $$;

-- Draws a block of numbers and returns its first.
create function numbers_draw(drawn_kind text, drawn_count bigint) returns bigint
language sql volatile security definer
as $$
  insert into numbers as n (kind, next)
  select drawn_kind, 1 + drawn_count where 0 < drawn_count and drawn_count <= 100000
  on conflict on constraint numbers_pkey do update set next = n.next + drawn_count
  returning next - drawn_count
$$;

-- Forgets idempotency keys bound before an instant, of all tenants, the oldest first.
create function idempotency_expire(bound_before bigint, rows_max bigint) returns bigint
language sql volatile security definer
as $$
  with expired as (
    delete from idempotency i
    using (
      select o.tenant, o.key from idempotency o where o.bound_at < bound_before order by o.bound_at limit rows_max
    ) oldest
    where i.tenant = oldest.tenant and i.key = oldest.key
    returning 1
  )
  select count(*) from expired
$$;

-- A definer's function must not find its tables through the caller's search path, nor in the caller's pg_temp.
do $$
declare
  signature text;
begin
  foreach signature in array array['directory_find(text, text, text)', 'log_tenants()', 'numbers_draw(text, bigint)',
                                   'idempotency_expire(bigint, bigint)']
  loop
    execute format('alter function %s set search_path = %I, pg_temp', signature, current_schema());
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to daybook_runtime', signature);
  end loop;
end
$$;
