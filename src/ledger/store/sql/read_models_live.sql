-- Used by ledger/live_tables.rs at start, after a flip and by readyz: a row per read model, so no index is needed.
select r.name, r.version, r.layout, r.epoch
from read_models r
where r.state = 'live'
