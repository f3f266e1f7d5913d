import { isWithin, may, type Permission, type Principal } from "../domain/principal.ts";
import type { Session } from "../warehouse/session.ts";

/** What somebody asked for and may not see or do. Its words name the permission or the area, never a household. */
export class AccessDenied extends Error {
  constructor(what: string) {
    super(what);
    this.name = "AccessDenied";
  }
}

/** Something that is not there, or that looks so to whoever asks: `isDenied` goes into the audit only. */
export class NotFound extends Error {
  readonly isDenied: boolean;

  constructor(what: string, isDenied = false) {
    super(what);
    this.name = "NotFound";
    this.isDenied = isDenied;
  }
}

/** Refuses who may not do this at all. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (!may(principal, permission)) throw new AccessDenied(`the role ${principal.role} does not include "${permission}"`);
}

/** Refuses an area (KATO prefix) that is not wholly within the principal's own. */
export function requireArea(principal: Principal, area: string): void {
  if (!isWithin(principal, area)) throw new AccessDenied(`the area ${area === "" ? "of the whole country" : area} is not within yours`);
}

/**
 * The parts of `area` that the principal may look into, as KATO prefixes none of which lies within another: the area itself, or those of
 * the principal's own that lie in it. Refused when there is none.
 */
export function areasWithin(principal: Principal, area: string): readonly string[] {
  if (isWithin(principal, area)) return [area];
  const own = principal.areas.filter((each) => each.startsWith(area));
  if (own.length === 0) requireArea(principal, area);
  return [...new Set(own)].filter((each) => !own.some((other) => other !== each && each.startsWith(other))).sort();
}

/** Whether an area and what the principal may look into have anything in common. */
export function overlaps(principal: Principal, area: string): boolean {
  return principal.areas.some((own) => own.startsWith(area) || area.startsWith(own));
}

/** Refuses a run that lacks what a step leaves, as one made by an earlier version does: the words name the step and what to do. */
export async function requirePublished(session: Session, table: string, step: string): Promise<void> {
  const [found] = await session.rows("select 1 from duckdb_tables() where table_name = $table", { table });
  if (found !== undefined) return;
  throw new NotFound(
    `the run that is shown has no step "${step}": it was made by an earlier version. Make a new one, which has it: npx aldyn run nightly --as-of YYYY-MM-DD`,
  );
}
