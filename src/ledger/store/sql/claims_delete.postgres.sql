-- Used by store/claims.rs. Index: claims_pkey.
delete from claims c
using unnest($1::uuid[], $2::uuid[]) as k (tenant, claim)
where c.tenant = k.tenant and c.claim = k.claim
