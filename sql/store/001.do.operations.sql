-- The operations store: who may use the service, what was done with it, and which model is champion. PostgreSQL 15 and later.

-- One row per holder of keys. `areas` are KATO codes or their leading digits, '' the whole country. `name` says which post or program
-- it is for, never which person.
create table principal (
    id text primary key,
    role text not null check (role in ('social_worker', 'planner', 'operator', 'analyst', 'admin')),
    areas text[] not null check (cardinality(areas) > 0),
    name text,
    created_at timestamptz(3) not null,
    created_by text not null
);

-- One row per key. The secret itself is kept nowhere.
create table token (
    id text primary key,
    principal_id text not null references principal (id),
    secret_sha256 text not null check (secret_sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null check (expires_at > created_at),
    revoked_at timestamptz(3),
    revoked_by text,
    check ((revoked_at is null) = (revoked_by is null))
);

-- One row per decision which model lists are made with; `model_id` is null when they are to go on with rules and need alone.
create table promotion (
    number bigint generated always as identity primary key,
    model_id text check (model_id ~ '^[0-9a-f]{64}$'),
    who text not null check (who <> ''),
    why text not null check (why <> ''),
    at timestamptz(3) not null
);

-- One row per process that wrote to the audit: its opening, which is chained to the opening before it and never changes, and its
-- head, which follows its newest record within the same transaction.
create table audit_writer (
    number bigint primary key check (number > 0),
    writer text not null unique,
    opened_at timestamptz(3) not null,
    previous_hash text not null,
    opening_hash text not null,
    sequence bigint not null check (sequence >= 0),
    hash text not null,
    head_hash text not null
);

-- One row per request or command, numbered without gaps by writer. `hash` is of all the other columns, `previous_hash` that of the
-- writer's record before, or of its opening. `areas` and `objects` are lists of texts; objects are ids and pseudonyms only.
create table audit (
    writer text not null references audit_writer (writer),
    sequence bigint not null check (sequence > 0),
    at timestamptz(3) not null,
    principal_id text,
    role text,
    areas jsonb not null,
    action text not null,
    purpose text,
    objects jsonb not null,
    outcome text not null check (outcome in ('ok', 'denied', 'failed')),
    status integer,
    previous_hash text not null,
    hash text not null,
    primary key (writer, sequence)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op);
end
$$;

create trigger audit_is_append_only before update or delete or truncate on audit
for each statement execute function refuse_change();

create trigger promotion_is_append_only before update or delete or truncate on promotion
for each statement execute function refuse_change();

create trigger audit_writer_is_kept before delete or truncate on audit_writer
for each statement execute function refuse_change();

create function refuse_change_of_opening() returns trigger language plpgsql as $$
begin
    if (new.number, new.writer, new.opened_at, new.previous_hash, new.opening_hash)
        is distinct from (old.number, old.writer, old.opened_at, old.previous_hash, old.opening_hash)
        or new.sequence <= old.sequence then
        raise exception 'audit_writer: only the head of a writer moves, and only forwards';
    end if;
    return new;
end
$$;

create trigger audit_head_moves_forwards before update on audit_writer
for each row execute function refuse_change_of_opening();
