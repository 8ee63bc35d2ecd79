-- The out-of-office read model: one row per entry that is not removed. Run once per version, as the owner of the
-- schema; may be run again. Indexes and constraints begin with the table's name: a version has its own.

create table if not exists out_of_office (
    tenant uuid not null,
    provider uuid not null,
    number bigint not null,
    start_at bigint not null,
    end_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    doc text not null,
    constraint out_of_office_pkey primary key (tenant, provider, number)
);

-- A tenant's entries in the order of their days. A provider has a thousand at most: its own need no further index.
create index if not exists out_of_office_days on out_of_office (tenant, start_at, end_at);

alter table out_of_office enable row level security;
alter table out_of_office force row level security;
drop policy if exists out_of_office_tenant on out_of_office;
create policy out_of_office_tenant on out_of_office
    using (tenant = any((
        select string_to_array(nullif(current_setting('daybook.tenants', true), ''), ',')::uuid[]
    )::uuid[]));
grant select, insert, update, delete on out_of_office to daybook_runtime;
