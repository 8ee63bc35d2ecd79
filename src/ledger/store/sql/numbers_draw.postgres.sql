-- Used by store/reading.rs, in a transaction of its own: the counter's row is held for a moment only.
select numbers_draw($1, $2) as first
