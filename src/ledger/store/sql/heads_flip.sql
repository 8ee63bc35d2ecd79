-- Used by store/rebuild/flip.rs: from its commit on, an append that knows another epoch is refused. `true` says that all
-- heads are meant.
update heads set projection_epoch = $1 where true
