import { existsSync } from "node:fs";
import { z } from "zod";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { checkIntervals, inForce } from "../parameters/dated-values.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { type Authority, readAuthority } from "./authority.ts";

const Limits = z.strictObject({
  most_ece: z.number().min(0).max(1),
  fairness: z.enum(["when_measured", "required"]),
  reference: z.string().min(1),
});

/** What a model must meet to become champion. */
export interface PromotionConditions extends z.infer<typeof Limits> {
  authority: Authority;
}

/** The conditions in force on a date. A UserError names the file when there are none. */
export function promotionConditions({ file, promotion, authority }: Deployment, date: IsoDate): PromotionConditions {
  for (const path of [promotion, authority])
    if (!existsSync(path)) throw new UserError("bad_deployment", `${file}: a model's promotion needs ${path}, which does not exist`);
  const dated = Object.entries(readYaml(promotion, z.record(z.string(), Limits))).map(([from, limits]) => ({ from, limits }));
  checkIntervals(promotion, dated);
  const found = inForce(dated, date);
  if (found === undefined)
    throw new UserError(
      "no_policy",
      `${promotion}: no conditions are in force on ${date}; the first begin on ${dated[0]?.from ?? "no day"}`,
    );
  return { ...found.limits, authority: readAuthority(authority) };
}
