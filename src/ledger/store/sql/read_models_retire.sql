-- Used by store/rebuild/flip.rs, before another version goes live.
update read_models set state = 'retired' where name = $1 and state = 'live'
returning version
