-- The bookings read model: one row per wire uid, one row per seat of a seated booking, and one row per co-host. Run once
-- per version; may be run again. Indexes and constraints begin with the table's name: a version has its own. What is
-- searched or sorted by is a column, the rest is `doc`. The indexes are those of Postgres, for the same lists: see
-- `table.postgres.sql`.

create table if not exists bookings (
    tenant text not null,
    uid text not null,
    booking text not null,
    provider text not null,
    number integer not null,
    event_type text not null,
    status text not null,
    series text,
    start_at integer not null,
    end_at integer not null,
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    key_id text,
    doc text not null,
    constraint bookings_pkey primary key (tenant, uid)
) strict;

create index if not exists bookings_provider_start
    on bookings (tenant, provider, start_at, number, end_at, status, event_type, series);
create index if not exists bookings_start
    on bookings (tenant, start_at, number, end_at, status, event_type, series);
create index if not exists bookings_end on bookings (tenant, end_at, number, status, series);
create index if not exists bookings_created on bookings (tenant, created_at, number);
create index if not exists bookings_updated on bookings (tenant, updated_at, number);
create index if not exists bookings_key on bookings (tenant, key_id);
create index if not exists bookings_series on bookings (tenant, series) where series is not null;
create index if not exists bookings_pending
    on bookings (tenant, start_at, number, end_at) where status = 'pending';
create index if not exists bookings_cancelled
    on bookings (tenant, start_at, number) where status in ('cancelled', 'rejected');

create table if not exists booking_seats (
    tenant text not null,
    seat text not null,
    uid text not null,
    key_id text,
    taken_at integer not null,
    sequence integer not null,
    doc text not null,
    constraint booking_seats_pkey primary key (tenant, seat)
) strict;

create index if not exists booking_seats_uid on booking_seats (tenant, uid);
create index if not exists booking_seats_key on booking_seats (tenant, key_id);

create table if not exists booking_shares (
    tenant text not null,
    provider text not null,
    uid text not null,
    start_at integer not null,
    end_at integer not null,
    constraint booking_shares_pkey primary key (tenant, provider, uid)
) strict;

create index if not exists booking_shares_start on booking_shares (tenant, provider, start_at, end_at, uid);
create index if not exists booking_shares_end on booking_shares (tenant, provider, end_at, uid);
