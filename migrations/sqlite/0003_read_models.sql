-- Which version of each read model's tables is live; as migrations/postgres/0003_read_models.sql, which has the reasons.
create table read_models (
  name text not null,
  version integer not null,
  layout text not null,
  state text not null,
  epoch integer not null default 0,
  constraint read_models_pkey primary key (name, version),
  constraint read_models_state_known check (state in ('building', 'live', 'retired'))
) strict, without rowid;
create unique index read_models_one_live on read_models (name) where state = 'live';
