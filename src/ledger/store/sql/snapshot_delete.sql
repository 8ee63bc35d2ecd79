-- Used by store/snapshots.rs: one that was found broken. Index: snapshots_pkey.
delete from snapshots
where tenant = $1 and kind = $2 and id = $3 and sequence = $4
