-- Deletes segments of composite bookings by key: the append transaction and the rebuild. `$1` is a JSON array of arrays.
delete from composite_segments
where (tenant, composite, segment) in (
    select r.value ->> 0, r.value ->> 1, r.value ->> 2 from json_each($1) as r
);
