-- The event types read model: one row per event type that is not deleted. Run once per version, as the owner of the
-- schema; may be run again. Indexes and constraints begin with the table's name: a version has its own.

create table if not exists event_types (
    tenant uuid not null,
    event_type uuid not null,
    number bigint not null,
    owner uuid not null,
    slug text not null,
    hidden bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    doc text not null,
    constraint event_types_pkey primary key (tenant, event_type)
);

-- A person's event types, and one of them by its slug. A tenant has hundreds at most: its whole list needs no index.
create index if not exists event_types_owner on event_types (tenant, owner, slug);

alter table event_types enable row level security;
alter table event_types force row level security;
drop policy if exists event_types_tenant on event_types;
create policy event_types_tenant on event_types
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on event_types to daybook_runtime;
