-- Used by store/snapshots.rs to load a cold stream: the newest snapshot below a sequence that was folded as this program
-- folds, with the hash of the event it claims to stand on. Indexes: snapshots_pkey backwards, events_pkey.
select s.sequence, s.state_hash, s.stream_hash, s.decided_at, s.state, e.hash as log_hash
from snapshots s
left join events e on e.tenant = s.tenant and e.aggregate_type = s.kind and e.aggregate_id = s.id
  and e.sequence = s.sequence
where s.tenant = $1 and s.kind = $2 and s.id = $3 and s.sequence < $4 and s.layout_hash = $5 and s.evolve_version = $6
order by s.sequence desc
limit 1
