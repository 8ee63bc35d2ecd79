-- The out-of-office read model: one row per entry that is not removed. Run once per version; may be run again.
-- Indexes and constraints begin with the table's name: a version has its own.

create table if not exists out_of_office (
    tenant text not null,
    provider text not null,
    number integer not null,
    start_at integer not null,
    end_at integer not null,
    created_at integer not null,
    updated_at integer not null,
    version integer not null,
    doc text not null,
    constraint out_of_office_pkey primary key (tenant, provider, number)
) strict;

-- A tenant's entries in the order of their days. A provider has a thousand at most: its own need no further index.
create index if not exists out_of_office_days on out_of_office (tenant, start_at, end_at);
