-- Used by store/claims.rs, after the deletions: a moved booking must not meet its own old claim. The trigger
-- claims_no_overlap_insert asserts the rule again.
insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
select k.value ->> 0, k.value ->> 1, k.value ->> 2, k.value ->> 3, k.value ->> 4, k.value ->> 5
from json_each($1) k
