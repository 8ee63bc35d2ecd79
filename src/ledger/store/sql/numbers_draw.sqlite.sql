-- Used by store/reading.rs.
insert into numbers (kind, next)
select $1, 1 + $2
where 0 < $2 and $2 <= 100000
on conflict (kind) do update set next = next + $2
returning next - $2 as first
