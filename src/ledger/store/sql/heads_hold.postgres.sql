-- Used by store/rebuild/flip.rs. Waits for every append under way and lets none begin to advance a head, also of tenants
-- that have none yet. Readers pass. Registry first: nothing locks them the other way round.
lock table read_models, heads in share row exclusive mode
