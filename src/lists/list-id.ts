import { hashOf } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";

/** SHA-256 that binds a list: what the run was made from but its shadows, the places the area has, and the area as a KATO prefix ('' is the whole country). */
export function listId(manifest: object & { shadows?: unknown }, capacity: number, area: string): string {
  const { shadows: _changeNoList, ...judging } = manifest;
  return hashOf({ manifest: judging, capacity, area });
}

/** The leading digits that a KATO code stands for: 750000000 is 75 and all below it. A shorter text is a prefix already. */
export function areaPrefix(area: string): string {
  if (!/^\d{0,9}$/.test(area))
    throw new UserError("bad_area", `--area ${area}: give a KATO code or its leading digits, for example 75 or 751110000`, { exitCode: 2 });
  if (area.length < 9) return area;
  const digits = [2, 4, 6].find((length) => /^0*$/.test(area.slice(length)));
  return digits === undefined ? area : area.slice(0, digits);
}
