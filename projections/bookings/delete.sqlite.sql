-- Deletes wire bookings by key: the append transaction and the rebuild. `$1` is a JSON array of arrays.
delete from bookings
where (tenant, uid) in (
    select r.value ->> 0, r.value ->> 1 from json_each($1) as r
);
