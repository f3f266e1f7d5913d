-- What the warehouse holds beside the contract's tables (those come from src/contract). Append-only, but for the closing of a row's interval.

-- One row per pseudonym. The household's key holds its bucket: key = bucket * 2^25 + number, bucket = the id's first six bits.
create table if not exists identity_household (
  household_key INTEGER not null,
  household_id VARCHAR not null,   -- 32 hexadecimal digits
  load_id INTEGER not null
);
create table if not exists identity_person (
  person_key INTEGER not null,
  person_id VARCHAR not null,
  load_id INTEGER not null
);

-- One row per accepted load. `content_hash` binds what was loaded: the files' bytes, the source's definition, the key's fingerprint.
create table if not exists load (
  load_id INTEGER not null,
  source VARCHAR not null,
  table_name VARCHAR not null,
  content_hash VARCHAR not null,
  files STRUCT(path VARCHAR, sha256 VARCHAR, bytes BIGINT)[] not null,
  synthetic BOOLEAN not null,
  loaded_at TIMESTAMP not null,
  seconds DOUBLE not null,
  rows_read BIGINT not null,
  rows_accepted BIGINT not null,
  rows_quarantined BIGINT not null,
  rows_unchanged BIGINT not null,
  rows_superseding BIGINT not null,
  rows_retracted BIGINT not null,
  newest_recorded_at TIMESTAMP,
  newest_period DATE,
  warnings VARCHAR[] not null
);

-- One row per finished pull from a server: from where the next one reads. Entered with its load; `load_id` is an earlier load's when nothing was new.
create table if not exists pull (
  source VARCHAR not null,
  table_name VARCHAR not null,
  definition VARCHAR not null,             -- hash of the source's definition; a pull by another one begins anew
  pulled_at TIMESTAMP not null,
  is_full BOOLEAN not null,                -- everything was read, not only what is new
  watermark BIGINT,                        -- microseconds since 1970 of the newest row read
  transaction BIGINT,                      -- of PostgreSQL: all earlier ones were over
  rows_read BIGINT not null,
  load_id INTEGER not null
);

-- What a load claims to be complete for: within it a missing row means 0, outside it means unknown.
create table if not exists coverage (
  load_id INTEGER not null,
  table_name VARCHAR not null,
  name VARCHAR not null,                   -- of an observation, else ''
  area_prefix VARCHAR not null,            -- leading digits of KATO; '' is the whole country
  month_from DATE not null,                -- first month
  month_until DATE not null,               -- first month no longer covered
  complete_through DATE not null,          -- months that end after it are not complete yet
  publication_lag_days INTEGER not null,   -- days after a month's end when its rows are all recorded
  by_row BOOLEAN not null                  -- a survey: only a row of its own says that a month was observed
);

-- How each observation name becomes features, as its source declares it.
create table if not exists observation_recipe (
  load_id INTEGER not null,
  name VARCHAR not null,
  recipe VARCHAR not null,                 -- latest, change, mean, months_since
  window_months INTEGER,
  definition JSON not null                 -- unit, direction, sentences: as the catalogue of features has them
);

-- The places, from the deployment's reference.
create table if not exists area (
  area_code VARCHAR not null,              -- KATO, 9 digits
  level VARCHAR not null,                  -- region, district, sub_district, settlement
  region_code VARCHAR not null,
  district_code VARCHAR,
  name_kk VARCHAR not null,
  name_ru VARCHAR not null,
  name_en VARCHAR
);
