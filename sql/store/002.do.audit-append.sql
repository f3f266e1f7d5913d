-- Moves a writer's head and adds the records, both or neither; null when the head is not where the writer left it. A function, since its plan
-- is kept: planning took longer than doing it.
create function audit_append(
    its_writer text, from_sequence bigint, from_hash text, to_sequence bigint, to_hash text, to_head_hash text, records jsonb
) returns text language plpgsql as $$
declare
    moved text;
begin
    update audit_writer set sequence = to_sequence, hash = to_hash, head_hash = to_head_hash
    where writer = its_writer and sequence = from_sequence and hash = from_hash
    returning writer into moved;
    if moved is not null then
        insert into audit (
            writer, sequence, at, principal_id, role, areas, action, purpose, objects, outcome, status, previous_hash, hash
        )
        select
            r.writer, r.sequence, r.at, r.principal_id, r.role, r.areas, r.action, r.purpose, r.objects, r.outcome, r.status,
            r.previous_hash, r.hash
        from jsonb_to_recordset(records) as r (
            writer text, sequence bigint, at timestamptz, principal_id text, role text, areas jsonb, action text, purpose text,
            objects jsonb, outcome text, status integer, previous_hash text, hash text
        );
    end if;
    return moved;
end
$$;
