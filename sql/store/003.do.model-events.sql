-- Every change of a model version's state, which replaces `promotion`: that table stays as it was, readable, and is no longer written.

-- One row per model whose state a decision changed; the rows of one decision follow each other. `model_id` and both states are null where
-- lists were told to go on without a model, or with it again, and no model was champion.
create table model_event (
    number bigint generated always as identity primary key,
    action text not null check (action in ('promote', 'shadow', 'retire', 'rollback', 'off', 'on')),
    model_id text check (model_id ~ '^[0-9a-f]{64}$'),
    from_state text check (from_state in ('candidate', 'shadow', 'champion', 'retired')),
    to_state text check (to_state in ('candidate', 'shadow', 'champion', 'retired')),
    who text not null check (who <> ''),
    why text not null check (why <> ''),
    at timestamptz(3) not null,
    check ((model_id is null) = (from_state is null) and (model_id is null) = (to_state is null)),
    check (model_id is not null or action in ('off', 'on')),
    check (from_state <> to_state)
);

-- What was promoted until now, as such events: the champion before becomes a candidate again, `none` is `off`.
insert into model_event (action, model_id, from_state, to_state, who, why, at)
with promoted as (
    select number, model_id, lag(model_id) over (order by number) as before, who, why, at
    from promotion
)
select action, model_id, from_state, to_state, who, why, at
from (
    select number, 1 as step, case when model_id is null then 'off' else 'promote' end as action, before as model_id,
        'champion' as from_state, 'candidate' as to_state, who, why, at
    from promoted
    where before is not null and before is distinct from model_id
    union all
    select number, 2, 'promote', model_id, 'candidate', 'champion', who, why, at
    from promoted
    where model_id is not null and before is distinct from model_id
    union all
    select number, 2, 'off', null, null, null, who, why, at
    from promoted
    where model_id is null and before is null
) as changes
order by number, step;

create trigger model_event_is_append_only before update or delete or truncate on model_event
for each statement execute function refuse_change();
