-- The bookings read model: one row per wire uid, one row per seat of a seated booking, and one row per co-host. Run once per version, as
-- the owner of the schema; may be run again. Indexes and constraints begin with the table's name: a version has its
-- own. What is searched or sorted by is a column, the rest is `doc`. Placing a booking writes the primary key and six
-- further index entries; the partial indexes cost it nothing.

create table if not exists bookings (
    tenant uuid not null,
    uid text not null,
    booking uuid not null,
    provider uuid not null,
    number bigint not null,
    event_type uuid not null,
    status text not null,
    series text,
    start_at bigint not null,
    end_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    key_id uuid,
    doc text not null,
    constraint bookings_pkey primary key (tenant, uid)
) with (fillfactor = 90);

-- Lists in order of start, of a provider and of the whole tenant. The columns after `number` let filters be checked,
-- and matches be counted, without the row. None of them changes when a booking finishes: that update stays off the
-- indexes.
create index if not exists bookings_provider_start
    on bookings (tenant, provider, start_at, number, end_at, status, event_type, series);
create index if not exists bookings_start
    on bookings (tenant, start_at, number, end_at, status, event_type, series);
-- Lists in the other three orders.
create index if not exists bookings_end on bookings (tenant, end_at, number, status, series);
create index if not exists bookings_created on bookings (tenant, created_at, number);
create index if not exists bookings_updated on bookings (tenant, updated_at, number);
-- Bookings of an attendee's key: search by e-mail address or name.
create index if not exists bookings_key on bookings (tenant, key_id);
-- What is rare is found without reading what is not.
create index if not exists bookings_series on bookings (tenant, series) where series is not null;
create index if not exists bookings_pending
    on bookings (tenant, start_at, number, end_at) where status = 'pending';
create index if not exists bookings_cancelled
    on bookings (tenant, start_at, number) where status in ('cancelled', 'rejected');

create table if not exists booking_seats (
    tenant uuid not null,
    seat uuid not null,
    uid text not null,
    key_id uuid,
    taken_at bigint not null,
    sequence bigint not null,
    doc text not null,
    constraint booking_seats_pkey primary key (tenant, seat)
);

-- The seats of a booking, read with it.
create index if not exists booking_seats_uid on booking_seats (tenant, uid);
-- Seats of an attendee's key: search by e-mail address or name.
create index if not exists booking_seats_key on booking_seats (tenant, key_id);

-- The wire bookings in which a provider has a share. What a wire booking is when does not change, so it stands here,
-- too: to list by it. Everything else is in the row of the booking.
create table if not exists booking_shares (
    tenant uuid not null,
    provider uuid not null,
    uid text not null,
    start_at bigint not null,
    end_at bigint not null,
    constraint booking_shares_pkey primary key (tenant, provider, uid)
);

-- Lists of a co-host in order of start and of end; in the other orders its rows are sorted.
create index if not exists booking_shares_start on booking_shares (tenant, provider, start_at, end_at, uid);
create index if not exists booking_shares_end on booking_shares (tenant, provider, end_at, uid);

alter table bookings enable row level security;
alter table bookings force row level security;
drop policy if exists bookings_tenant on bookings;
create policy bookings_tenant on bookings
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on bookings to daybook_runtime;

alter table booking_seats enable row level security;
alter table booking_seats force row level security;
drop policy if exists booking_seats_tenant on booking_seats;
create policy booking_seats_tenant on booking_seats
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on booking_seats to daybook_runtime;

alter table booking_shares enable row level security;
alter table booking_shares force row level security;
drop policy if exists booking_shares_tenant on booking_shares;
create policy booking_shares_tenant on booking_shares
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on booking_shares to daybook_runtime;
