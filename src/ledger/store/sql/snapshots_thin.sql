-- Used by store/snapshots.rs, after a snapshot at sequence $4 was put: of those below it only the first of each $5 events
-- stays, for ever; none of the first $5, which are replayed quickly. Index: snapshots_pkey.
delete from snapshots as s
where s.tenant = $1 and s.kind = $2 and s.id = $3 and s.sequence < $4
  and (s.sequence < $5 or exists (
    select 1 from snapshots o
    where o.tenant = s.tenant and o.kind = s.kind and o.id = s.id and o.sequence < s.sequence
      and o.sequence / $5 = s.sequence / $5))
