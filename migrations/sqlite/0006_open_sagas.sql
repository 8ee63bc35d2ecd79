-- Composite bookings that have not settled; as migrations/postgres/0005_open_sagas.sql, which has the reasons.
create table open_sagas (
  tenant text not null,
  composite text not null,
  state text not null,
  since integer not null,
  due_at integer,
  leased_by text,
  constraint open_sagas_pkey primary key (tenant, composite),
  constraint open_sagas_state_known check (state in ('requested', 'pending', 'compensating', 'stuck')),
  constraint open_sagas_due_while_driven check ((due_at is not null) = (state in ('requested', 'compensating')))
) strict, without rowid;
create index open_sagas_due on open_sagas (due_at) where due_at is not null;
