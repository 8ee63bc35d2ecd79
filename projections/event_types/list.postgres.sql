-- Event types of a tenant or of some of its people ($2), by slug ($3), hidden ones too ($4 = 1), newest first
-- ($5 = 1). A tenant has hundreds at most, so conditions that defeat an index cost nothing that matters.
select event_type, number, owner, created_at, updated_at, version, doc
from event_types
where
    tenant = $1
    and (coalesce(cardinality($2::uuid[]), 0) = 0 or owner = any($2::uuid[]))
    and ($3::text is null or slug = $3)
    and ($4::bigint = 1 or hidden = 0)
order by
    case when $5::bigint = 1 then -created_at else created_at end,
    case when $5::bigint = 1 then -number else number end
limit 1000;
