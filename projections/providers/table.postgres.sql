-- The providers read model: one row per provider, and one row per schedule. Run once per version, as the owner of the
-- schema; may be run again. Indexes and constraints begin with the table's name: a version has its own.

create table if not exists providers (
    tenant uuid not null,
    provider uuid not null,
    number bigint not null,
    bookable bigint not null,
    default_schedule bigint,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    doc text not null,
    constraint providers_pkey primary key (tenant, provider)
);

-- The directory, page by page in order of number.
create index if not exists providers_number on providers (tenant, number) where bookable = 1;

-- A schedule is the default when it was made so and no other one since: its own flag says the first,
-- `providers.default_schedule` the second. A projection reads no row, so neither can say both.
create table if not exists provider_schedules (
    tenant uuid not null,
    provider uuid not null,
    schedule bigint not null,
    is_default bigint not null,
    doc text not null,
    constraint provider_schedules_pkey primary key (tenant, provider, schedule)
);

alter table providers enable row level security;
alter table providers force row level security;
drop policy if exists providers_tenant on providers;
create policy providers_tenant on providers
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on providers to daybook_runtime;

alter table provider_schedules enable row level security;
alter table provider_schedules force row level security;
drop policy if exists provider_schedules_tenant on provider_schedules;
create policy provider_schedules_tenant on provider_schedules
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on provider_schedules to daybook_runtime;
