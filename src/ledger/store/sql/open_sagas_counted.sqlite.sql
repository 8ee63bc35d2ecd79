-- Used by store/open_sagas.rs for operators. The table has what has not settled: it is small.
select state, count(*) as sagas, min(since) as oldest from open_sagas group by state order by state
