-- The webhooks read model: one row per webhook that is not deleted. Run once per version; may be run again. Indexes and
-- constraints begin with the table's name: a version has its own.

create table if not exists webhooks (
    tenant text not null,
    webhook text not null,
    scope text not null,
    created_at integer not null,
    version integer not null,
    doc text not null,
    constraint webhooks_pkey primary key (tenant, webhook)
) strict;

-- The list of a user or of an event type, by creation; and what a booking of theirs may have to be told to.
create index if not exists webhooks_scope on webhooks (tenant, scope, created_at, webhook);
