-- Which version of each read model's tables is live. A rebuild fills the tables of a new version beside the live ones
-- and flips by changing this table and every head's projection_epoch at once (src/ledger/store/rebuild/).
--
-- Version 1 of table T is T, version n is T_vn. `layout` is a digest of the tables and the revision of the projection:
-- a program that knows another layout neither reads nor writes them. `epoch` numbers the flips of the database; the
-- largest is the one that the heads carry and every append checks.
create table read_models (
  name text collate "C" not null,
  version bigint not null,
  layout text not null,
  state text not null,
  epoch bigint not null default 0,
  constraint read_models_pkey primary key (name, version),
  constraint read_models_state_known check (state in ('building', 'live', 'retired'))
);
create unique index read_models_one_live on read_models (name) where state = 'live';

grant select on read_models to daybook_runtime;

-- The owner flips: it moves the epoch of every head.
create policy heads_owner_flips on heads for update to current_user using (true);
