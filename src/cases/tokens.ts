import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { didYouMean, UserError } from "../domain/errors.ts";
import { type Principal, type Role, roles } from "../domain/principal.ts";
import type { Store } from "./store.ts";

const tokenForm = /^aldyn_([0-9a-f]{16})_([0-9a-f]{64})$/;
/** KATO codes have nine digits; their leading digits are regions and districts. */
const areaForm = /^\d{0,9}$/;
const longestName = 100;

export interface NewToken {
  role: Role;
  /** KATO codes or their leading digits; `""` is the whole country. */
  areas: readonly string[];
  expiresAt: Date;
  /** Which post or program it is for; never a person's name. */
  name?: string | undefined;
  createdBy: string;
  now: Date;
}

/** A key as it may be shown: all but the secret. Times are ISO text. */
export interface TokenEntry {
  id: string;
  principal_id: string;
  role: Role;
  areas: string[];
  name: string | null;
  created_at: string;
  created_by: string;
  expires_at: string;
  revoked_at: string | null;
}

/** Makes a principal and a key for it. The token is given this once and kept nowhere. Wrong roles, areas and times are UserErrors. */
export async function createToken(store: Store, wanted: NewToken): Promise<{ token: string; id: string; principalId: string }> {
  requireSound(wanted);
  const [id, principalId, secret] = [randomBytes(8).toString("hex"), randomBytes(8).toString("hex"), randomBytes(32).toString("hex")];
  await store.transaction(async (transaction) => {
    await transaction.rows("insert into principal (id, role, areas, name, created_at, created_by) values ($1, $2, $3, $4, $5, $6)", [
      principalId,
      wanted.role,
      wanted.areas,
      wanted.name ?? null,
      wanted.now.toISOString(),
      wanted.createdBy,
    ]);
    await transaction.rows("insert into token (id, principal_id, secret_sha256, created_at, expires_at) values ($1, $2, $3, $4, $5)", [
      id,
      principalId,
      hashOfSecret(secret).toString("hex"),
      wanted.now.toISOString(),
      wanted.expiresAt.toISOString(),
    ]);
  });
  return { token: `aldyn_${id}_${secret}`, id, principalId };
}

/** All keys ever made, oldest first. */
export function listTokens(store: Store): Promise<TokenEntry[]> {
  return store.rows<TokenEntry>(
    `select token.id, principal_id, role, areas, name, token.created_at, created_by, expires_at, revoked_at
     from token join principal on principal.id = principal_id
     order by token.created_at, token.id`,
  );
}

/** Ends a key at once; one that had been ended stays as it was. A UserError when there is none of this id. */
export async function revokeToken(store: Store, id: string, revoked: { by: string; now: Date }): Promise<TokenEntry> {
  await store.rows("update token set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null", [
    id,
    revoked.now.toISOString(),
    revoked.by,
  ]);
  const found = (await listTokens(store)).find((token) => token.id === id);
  if (found === undefined) throw new UserError("no_token", `there is no key ${id}; see the ids with: npx aldyn token list`);
  return found;
}

/** Who holds this token; null when it is malformed, unknown, not of its secret, expired or revoked, which look the same from outside. */
export async function authenticateToken(store: Store, token: string, now: Date): Promise<Principal | null> {
  const [, id, secret] = tokenForm.exec(token) ?? [];
  if (id === undefined || secret === undefined) return null;
  const [found] = await store.rows<{
    principal_id: string;
    role: Role;
    areas: string[];
    secret_sha256: string;
    expires_at: string;
    revoked_at: string | null;
  }>(
    `select principal_id, role, areas, secret_sha256, expires_at, revoked_at
     from token join principal on principal.id = principal_id
     where token.id = $1`,
    [id],
  );
  // The comparison takes its time for unknown ids too.
  const isRight = timingSafeEqual(hashOfSecret(secret), Buffer.from(found?.secret_sha256 ?? "0".repeat(64), "hex"));
  if (found === undefined || !isRight || found.revoked_at !== null || now.toISOString() >= found.expires_at) return null;
  return { id: found.principal_id, role: found.role, areas: found.areas };
}

/** The secret has 256 random bits: a plain hash of it cannot be searched through. */
function hashOfSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function requireSound({ role, areas, expiresAt, name, now }: NewToken): void {
  const wrong = (message: string) => new UserError("bad_token", message, { exitCode: 2 });
  if (!roles.includes(role)) throw wrong(`role ${role}${didYouMean(role, roles)}: give one of ${roles.join(", ")}`);
  if (areas.length === 0) throw wrong("give at least one area: a KATO code or its leading digits, or the whole country");
  const strange = areas.find((area) => !areaForm.test(area));
  if (strange !== undefined)
    throw wrong(`area ${strange}: give a KATO code of up to nine digits or its leading digits, for example 61 or 6110`);
  if (!(expiresAt > now)) throw wrong("a key must expire later than now");
  if (name !== undefined && (name.trim() === "" || name.length > longestName || /\d{12}|\p{Cc}/u.test(name)))
    throw wrong(`the name of a key says which post or program it is for, in up to ${longestName} characters, and holds no person's number`);
}
