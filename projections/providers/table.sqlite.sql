-- The providers read model: one row per provider, and one row per schedule. Run once per version; may be run again.
-- Indexes and constraints begin with the table's name: a version has its own.

create table if not exists providers (
    tenant text not null,
    provider text not null,
    number integer not null,
    bookable integer not null,
    default_schedule integer,
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    doc text not null,
    constraint providers_pkey primary key (tenant, provider)
) strict;

-- The directory, page by page in order of number.
create index if not exists providers_number on providers (tenant, number) where bookable = 1;

-- A schedule is the default when it was made so and no other one since: its own flag says the first,
-- `providers.default_schedule` the second. A projection reads no row, so neither can say both.
create table if not exists provider_schedules (
    tenant text not null,
    provider text not null,
    schedule integer not null,
    is_default integer not null,
    doc text not null,
    constraint provider_schedules_pkey primary key (tenant, provider, schedule)
) strict;
