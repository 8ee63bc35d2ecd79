-- Deletes shares by key: the append transaction and the rebuild. `$1` is a JSON array of arrays.
delete from booking_shares
where (tenant, provider, uid) in (
    select r.value ->> 0, r.value ->> 1, r.value ->> 2 from json_each($1) as r
);
