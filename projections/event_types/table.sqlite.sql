-- The event types read model: one row per event type that is not deleted. Run once per version; may be run again.
-- Indexes and constraints begin with the table's name: a version has its own.

create table if not exists event_types (
    tenant text not null,
    event_type text not null,
    number integer not null,
    owner text not null,
    slug text not null,
    hidden integer not null,
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    doc text not null,
    constraint event_types_pkey primary key (tenant, event_type)
) strict;

-- A person's event types, and one of them by its slug. A tenant has hundreds at most: its whole list needs no index.
create index if not exists event_types_owner on event_types (tenant, owner, slug);
