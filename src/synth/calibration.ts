import { z } from "zod";
import { projectFile } from "../domain/project-files.ts";
import { readYaml } from "../parameters/yaml-file.ts";

const share = z.number().min(0).max(1);

const Calibration = z.strictObject({
  constants: z.record(
    z.string().regex(/^[a-z_]+$/),
    z.strictObject({ value: z.number(), basis: z.enum(["source", "derived", "assumption"]), note: z.string().min(1) }),
  ),
  kinds: z.record(z.string(), z.strictObject({ urban: share, rural: share })),
  pay_growth: share,
  regions: z.record(z.string().regex(/^\d{2}$/), z.strictObject({ fertility: z.number(), russian: share, pay_lcu: z.int().positive() })),
  quarters: z.record(z.string().regex(/^\d{4}Q[1-4]$/), z.number().positive()),
});
/** What the synthetic population is set by; every constant says whether it is a published figure, fitted to one, or assumed. */
export type Calibration = z.infer<typeof Calibration>;

/** The calibration in use. */
export function readCalibration(file = projectFile("src/synth/calibration.yaml")): Calibration {
  return readYaml(file, Calibration);
}

/** SQL macros: `k_<name>()` for each constant, and `kind_of(is_rural, roll)`, the kind of household for a uniform number. */
export function calibrationMacros(calibration: Calibration): string {
  const constants = Object.entries(calibration.constants).map(
    ([name, { value }]) => `create or replace temp macro k_${name}() as ${value}::double;`,
  );
  const kinds = `create or replace temp macro kind_of(is_rural, roll) as case when is_rural then ${kindBy(calibration, "rural")} else ${kindBy(calibration, "urban")} end;`;
  return [...constants, kinds].join("\n");
}

function kindBy({ kinds }: Calibration, place: "urban" | "rural"): string {
  let upTo = 0;
  const cases = Object.entries(kinds).map(([kind, share]) => {
    upTo += share[place];
    return `when roll < ${upTo.toFixed(6)} then '${kind}'`;
  });
  if (Math.abs(upTo - 1) > 1e-9) throw new Error(`the ${place} shares of kinds add up to ${upTo}, not to 1`);
  return `case ${cases.join(" ")} end`;
}
