import type { Session } from "../warehouse/session.ts";
import { bucketCount, keysPerBucket } from "../warehouse/warehouse.ts";
import { refuseIndividualNumbers } from "./individual-number.ts";
import { type IdKind, innerSql, outerSql, type Pseudonyms } from "./pseudonym.ts";
import type { Reader } from "./readers/reader.ts";

/**
 * Creates the temp table `door_<kind>` (inner_hash, id, key, is_new): every number in the source's expression with its pseudonym and key.
 * Individual numbers that are called pseudonyms get none. New ones get keys in the order of their pseudonyms: a household's after the last of its bucket, a person's after the last of all.
 */
export async function createDoor(
  session: Session,
  reader: Reader,
  { kind, expression, pseudonyms, place }: { kind: IdKind; expression: string; pseudonyms: Pseudonyms; place: string },
): Promise<void> {
  await session.script("create or replace temp table numbers_seen (inner_hash varchar)");
  if (expression !== "null") await seeNumbers(session, reader, innerSql(pseudonyms, kind, expression));
  if (!pseudonyms.keyed) await refuseIndividualNumbers(session, kind, place);
  const bucket = kind === "household" ? `(('0x' || left(id, 2))::integer >> 2)` : "0";
  await session.script(`
    create or replace temp table door_${kind} as
    with pseudonyms as (
        select inner_hash, ${outerSql(pseudonyms, kind, "inner_hash")} as id from (select distinct inner_hash from numbers_seen)
    ),
    known as (
        select p.inner_hash, p.id, ${bucket} as bucket, i.${kind}_key as key
        from pseudonyms as p
        left join identity_${kind} as i on i.${kind}_id = p.id
    ),
    next as (
        select ${kind === "household" ? `${kind}_key // ${keysPerBucket}` : "0"} as bucket, max(${kind}_key) + 1 as key
        from identity_${kind}
        group by 1
    )
    select
        k.inner_hash,
        k.id,
        coalesce(
            k.key,
            coalesce(n.key, k.bucket * ${keysPerBucket}) + row_number() over (partition by k.bucket, k.key is null order by k.id) - 1
        )::integer as key,
        k.key is null as is_new,
    from known as k
    left join next as n on n.bucket = k.bucket;
    drop table numbers_seen`);
  if (kind === "household") await checkBuckets(session);
}

async function seeNumbers(session: Session, reader: Reader, inner: string): Promise<void> {
  for await (const part of reader.parts())
    await session.run(
      `insert into numbers_seen select distinct inner_hash from (select ${inner} as inner_hash from (${part.sql}))`,
      part.parameters,
    );
  // Asked for above, it would be hashed twice.
  await session.run("delete from numbers_seen where inner_hash is null");
  await reader.brokenLines(session);
}

async function checkBuckets(session: Session): Promise<void> {
  const astray = await session.value<number>(
    `select count(*)::integer from door_household where key // ${keysPerBucket} <> ('0x' || left(id, 2))::integer >> ${8 - Math.log2(bucketCount)}`,
  );
  if (astray > 0) throw new Error(`${astray} households do not fit their buckets of ${keysPerBucket} keys`);
}

/** Enters the new numbers of a door into the identity table, within the load's transaction. */
export async function admit(session: Session, kind: IdKind, load: number): Promise<void> {
  await session.run(`insert into identity_${kind} select key, id, $load::integer from door_${kind} where is_new order by key`, { load });
}
