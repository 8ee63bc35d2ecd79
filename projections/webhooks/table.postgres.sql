-- The webhooks read model: one row per webhook that is not deleted. Run once per version, as the owner of the
-- schema; may be run again. Indexes and constraints begin with the table's name: a version has its own.

create table if not exists webhooks (
    tenant uuid not null,
    webhook uuid not null,
    scope uuid not null,
    created_at bigint not null,
    version bigint not null,
    doc text not null,
    constraint webhooks_pkey primary key (tenant, webhook)
);

-- The list of a user or of an event type, by creation; and what a booking of theirs may have to be told to.
create index if not exists webhooks_scope on webhooks (tenant, scope, created_at, webhook);

alter table webhooks enable row level security;
alter table webhooks force row level security;
drop policy if exists webhooks_tenant on webhooks;
create policy webhooks_tenant on webhooks
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on webhooks to daybook_runtime;
