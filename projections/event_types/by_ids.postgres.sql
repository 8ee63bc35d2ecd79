-- Event types by id: answers that name several of them. Found by the primary key.
select event_type, number, owner, created_at, updated_at, version, doc
from event_types
where tenant = $1 and event_type = any($2)
order by number;
