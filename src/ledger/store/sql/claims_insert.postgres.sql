-- Used by store/claims.rs, after the deletions: a moved booking must not meet its own old claim. The exclusion
-- constraint claims_no_overlap asserts the rule again.
insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
select k.tenant, k.provider, k.claim, k.owner, k.starts_at, k.ends_at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[])
  as k (tenant, provider, claim, owner, starts_at, ends_at)
order by k.tenant, k.claim
