-- Used by tests of the store: the sample read model.
create table if not exists samples (
  tenant text not null,
  id text not null,
  amount integer,
  doc text not null,
  constraint samples_pkey primary key (tenant, id)
) strict;
