-- Deletes composite bookings by key: the append transaction and the rebuild. `$1` is a JSON array of arrays.
delete from composites
where (tenant, composite) in (
    select r.value ->> 0, r.value ->> 1 from json_each($1) as r
);
