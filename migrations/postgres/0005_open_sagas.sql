-- Composite bookings that have not settled, so that recovery finds them over all tenants: one row each, written with the
-- events by the append transaction, gone once it stands, is undone or given up.
--
-- `due_at` is when any process may take it on: whoever drives it moves that ahead (a lease), which only saves work, for
-- the version of the saga's stream fences its transitions. Absent while it waits for a person or an operator.
create table open_sagas (
  tenant uuid not null,
  composite uuid not null,
  state text collate "C" not null,
  since bigint not null,
  due_at bigint,
  leased_by uuid,
  constraint open_sagas_pkey primary key (tenant, composite),
  constraint open_sagas_state_known check (state in ('requested', 'pending', 'compensating', 'stuck')),
  constraint open_sagas_due_while_driven check ((due_at is not null) = (state in ('requested', 'compensating')))
);
create index open_sagas_due on open_sagas (due_at) where due_at is not null;

grant select, insert, delete, update (state, due_at, leased_by) on open_sagas to daybook_runtime;
alter table open_sagas enable row level security;
alter table open_sagas force row level security;
create policy open_sagas_tenant on open_sagas
  using (tenant = any ((select admitted_tenants())::uuid[]))
  with check (tenant = any ((select admitted_tenants())::uuid[]));
create policy open_sagas_owner_reads on open_sagas for select to current_user using (true);
create policy open_sagas_owner_leases on open_sagas for update to current_user using (true);

-- Takes what is due, the oldest first, until an instant. Waits for nobody: what an append has locked is being driven.
create function open_sagas_lease(holder uuid, leased_at bigint, leased_until bigint, rows_max bigint)
returns table (tenant uuid, composite uuid)
language sql volatile security definer
as $$
  update open_sagas o
  set due_at = leased_until, leased_by = holder
  from (
    select d.tenant, d.composite from open_sagas d
    where d.due_at <= leased_at
    order by d.due_at
    limit rows_max
    for update skip locked
  ) due
  where o.tenant = due.tenant and o.composite = due.composite
  returning o.tenant, o.composite
$$;

-- How many there are in each state, and since when the oldest.
create function open_sagas_counted() returns table (state text, sagas bigint, oldest bigint)
language sql stable security definer
as $$ select o.state, count(*), min(o.since) from open_sagas o group by o.state order by o.state $$;

-- Those that a person must look at: stuck, or driven since before an instant; the oldest first.
create function open_sagas_unwell(since_before bigint, rows_max bigint)
returns table (tenant uuid, composite uuid, state text, since bigint)
language sql stable security definer
as $$
  select o.tenant, o.composite, o.state, o.since from open_sagas o
  where o.state = 'stuck' or (o.due_at is not null and o.since <= since_before)
  order by o.since, o.tenant, o.composite
  limit rows_max
$$;

do $$
declare
  signature text;
begin
  foreach signature in array array['open_sagas_lease(uuid, bigint, bigint, bigint)', 'open_sagas_counted()',
                                   'open_sagas_unwell(bigint, bigint)']
  loop
    execute format('alter function %s set search_path = %I, pg_temp', signature, current_schema());
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to daybook_runtime', signature);
  end loop;
end
$$;
