-- Event types of all people of a tenant, or of some of its people or a team ($2), by slug ($3), hidden ones too
-- ($4 = 1), newest first ($5 = 1), at most $6. Those of a team name their maker. A tenant has hundreds at most, so conditions that defeat an index cost nothing that matters.
select event_type, number, owner, created_at, updated_at, version, doc
from event_types
where
    tenant = $1
    and case
        when json_array_length($2) = 0 then doc ->> '$.maker' is null
        else owner in (select i.value from json_each($2) as i)
    end
    and ($3 is null or slug = $3)
    and ($4 = 1 or hidden = 0)
order by
    case when $5 = 1 then -created_at else created_at end,
    case when $5 = 1 then -number else number end
limit $6;
