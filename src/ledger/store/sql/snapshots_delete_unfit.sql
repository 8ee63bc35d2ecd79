-- Used by store/snapshots.rs, before a snapshot is put: all of the stream that an older program wrote, or one that lays
-- states out differently. A newer program's stay. Index: snapshots_pkey.
delete from snapshots
where tenant = $1 and kind = $2 and id = $3 and evolve_version <= $5 and (layout_hash <> $4 or evolve_version <> $5)
