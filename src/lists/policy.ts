import { z } from "zod";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { languages } from "../domain/languages.ts";
import { checkIntervals, inForce } from "../parameters/dated-values.ts";
import { readYaml } from "../parameters/yaml-file.ts";

const share = z.number().min(0).max(1);

const Policy = z.strictObject({
  risk: z
    .strictObject({ high: share, elevated: share, watch: share })
    .refine((risk) => risk.high > risk.elevated && risk.elevated > risk.watch, "thresholds fall from high to watch"),
  merge: z.literal("need_first"),
  capacity: z.strictObject({ per_1000_households: z.number().positive().max(1000), at_least: z.int().min(1) }),
  risk_share: share,
  unseen_lane: z.strictObject({ share, low_data_share: share }),
  valid_days: z.int().min(1).max(366),
  languages: z.array(z.enum(languages)).min(1),
  /** From where on a night counts against the model, how many in a row are an alert, and what follows. Without it monitoring only tells. */
  monitoring: z
    .strictObject({
      score_psi: z.number().positive(),
      drifted_share: share.refine((value) => value > 0, "a share over 0"),
      expected_precision_drop: share.refine((value) => value > 0, "a share over 0"),
      nights: z.int().min(1).max(366),
      action: z.enum(["rules_only", "warn"]),
    })
    .optional(),
  seed: z.string().min(1),
  reference: z.string().min(1),
});
/** How tiers arise from rules, need and risk, and how a list is cut to capacity. */
export type Policy = z.infer<typeof Policy>;

/** The policy in force on a date. A UserError names the file when there is none. */
export function policyAt(file: string, date: IsoDate): Policy {
  const policies = Object.entries(readYaml(file, z.record(z.string(), Policy))).map(([from, policy]) => ({ from, policy }));
  checkIntervals(file, policies);
  const found = inForce(policies, date);
  if (found === undefined)
    throw new UserError("no_policy", `${file}: no policy is in force on ${date}; the first begins on ${policies[0]?.from ?? "no day"}`);
  return found.policy;
}
