-- Used by store/reading.rs. An empty scope finds a scoped name only when it is the only one of its kind.
-- Indexes: directory_pkey, directory_name; the second is named, for without statistics SQLite would rather read every
-- name of the kind along the primary key, which begins with it, too.
select d.tenant, d.target
from directory d
where d.kind = $1 and d.scope = $2 and d.name = $3
union all
select found.tenant, found.target
from (
  select few.tenant, few.target, count(*) over () as hits
  from (
    select d.tenant, d.target
    from directory d indexed by directory_name
    where $2 = '' and d.kind = $1 and d.name = $3 and d.scope <> ''
    limit 2
  ) few
) found
where found.hits = 1
