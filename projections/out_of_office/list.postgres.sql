-- Entries out of office of a tenant or of one provider ($2), of providers with an address ($3), by start ($4) and end
-- ($5): 1 earliest first, -1 latest first, 0 as they were entered. A tenant has thousands at most, so conditions that
-- defeat an index cost nothing that matters.
select o.provider, o.created_at, o.updated_at, o.version, o.doc
from out_of_office as o
where
    o.tenant = $1
    and ($2::uuid is null or o.provider = $2::uuid)
    and ($3::text is null or exists (
        select 1 from providers as p
        where p.tenant = o.tenant and p.provider = o.provider and (p.doc::jsonb #>> '{profile,email}') = $3::text
    ))
order by $4::bigint * o.start_at, $5::bigint * o.end_at, o.number
limit $6 offset $7;
