-- Index entries that a booking need not write.

-- Only names with a scope are ever sought without it; bookings, seats, holds and numbers have none.
drop index directory_name;
create index directory_name on directory (kind, name) where scope <> '';

-- An erasure derives the terms of a key again before it destroys the key, and deletes them by their primary key.
drop index person_terms_key;

-- As before, by the primary key where no scope is given either.
create or replace function directory_find(sought_kind text, sought_scope text, sought_name text)
returns table (tenant uuid, target text)
language sql stable security definer
as $$
  select d.tenant, d.target
  from directory d
  where d.kind = sought_kind and d.scope = sought_scope and d.name = sought_name
  union all
  select found.tenant, found.target
  from (
    select few.tenant, few.target, count(*) over () as hits
    from (
      select d.tenant, d.target
      from directory d
      where sought_scope = '' and d.kind = sought_kind and d.name = sought_name and d.scope <> ''
      limit 2
    ) few
  ) found
  where found.hits = 1
$$;
do $$
begin
  execute format('alter function directory_find(text, text, text) set search_path = %I, pg_temp', current_schema());
end
$$;
