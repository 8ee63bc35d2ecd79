-- Used by store/open_sagas.rs for operators. The table has what has not settled: it is small.
select tenant, composite, state, since from open_sagas
where state = 'stuck' or (due_at is not null and since <= $1)
order by since, tenant, composite
limit $2
