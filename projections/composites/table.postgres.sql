-- The composites read model: one row per composite booking, and one per segment to find it by its provider. Run once per
-- version, as the owner of the schema; may be run again. Indexes and constraints begin with the table's name: a version has its own.

create table if not exists composites (
    tenant uuid not null,
    composite uuid not null,
    status text not null,
    start_at bigint not null,
    end_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    key_id uuid,
    doc text not null,
    constraint composites_pkey primary key (tenant, composite)
);

-- The list, by the start of the first segment; and that of one status, for whoever must look at what is stuck.
create index if not exists composites_start on composites (tenant, start_at, composite);
create index if not exists composites_status on composites (tenant, status, start_at, composite);
create index if not exists composites_created on composites (tenant, created_at);
-- Composite bookings of an attendee's key: search by e-mail address.
create index if not exists composites_key on composites (tenant, key_id);

create table if not exists composite_segments (
    tenant uuid not null,
    composite uuid not null,
    segment bigint not null,
    provider uuid not null,
    start_at bigint not null,
    constraint composite_segments_pkey primary key (tenant, composite, segment)
);

-- Composite bookings in which a provider has a segment; none starts after its segments.
create index if not exists composite_segments_provider
    on composite_segments (tenant, provider, start_at, composite);

alter table composites enable row level security;
alter table composites force row level security;
drop policy if exists composites_tenant on composites;
create policy composites_tenant on composites
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on composites to daybook_runtime;

alter table composite_segments enable row level security;
alter table composite_segments force row level security;
drop policy if exists composite_segments_tenant on composite_segments;
create policy composite_segments_tenant on composite_segments
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on composite_segments to daybook_runtime;
