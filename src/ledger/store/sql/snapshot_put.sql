-- Used by store/snapshots.rs. One that an older program wrote at this sequence is replaced, a newer program's is not.
insert into snapshots as s
  (tenant, kind, id, sequence, layout_hash, evolve_version, state_hash, stream_hash, decided_at, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (tenant, kind, id, sequence) do update
set layout_hash = excluded.layout_hash, evolve_version = excluded.evolve_version, state_hash = excluded.state_hash,
  stream_hash = excluded.stream_hash, decided_at = excluded.decided_at, state = excluded.state
where s.evolve_version <= excluded.evolve_version
