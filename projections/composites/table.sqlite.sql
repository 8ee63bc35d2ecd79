-- The composites read model: one row per composite booking, and one per segment to find it by its provider. Run once per
-- version; may be run again. Indexes and constraints begin with the table's name: a version has its own.

create table if not exists composites (
    tenant text not null,
    composite text not null,
    status text not null,
    start_at integer not null,
    end_at integer not null,
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    key_id text,
    doc text not null,
    constraint composites_pkey primary key (tenant, composite)
) strict;

-- The list, by the start of the first segment; and that of one status, for whoever must look at what is stuck.
create index if not exists composites_start on composites (tenant, start_at, composite);
create index if not exists composites_status on composites (tenant, status, start_at, composite);
create index if not exists composites_created on composites (tenant, created_at);
-- Composite bookings of an attendee's key: search by e-mail address.
create index if not exists composites_key on composites (tenant, key_id);

create table if not exists composite_segments (
    tenant text not null,
    composite text not null,
    segment integer not null,
    provider text not null,
    start_at integer not null,
    constraint composite_segments_pkey primary key (tenant, composite, segment)
) strict;

-- Composite bookings in which a provider has a segment; none starts after its segments.
create index if not exists composite_segments_provider
    on composite_segments (tenant, provider, start_at, composite);
