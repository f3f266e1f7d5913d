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

/** SQL macros: `k_<name>()` for each constant, and the kinds of household by cumulative share. */
export function calibrationMacros(calibration: Calibration): string {
  const constants = Object.entries(calibration.constants).map(
    ([name, { value }]) => `create or replace temp macro k_${name}() as ${value}::double;`,
  );
  let [urban, rural] = [0, 0];
  const kinds = Object.entries(calibration.kinds).map(([kind, share]) => {
    urban += share.urban;
    rural += share.rural;
    return `{kind: '${kind}', urban: ${urban.toFixed(6)}::double, rural: ${rural.toFixed(6)}::double}`;
  });
  if (Math.abs(urban - 1) > 1e-9 || Math.abs(rural - 1) > 1e-9) throw new Error(`kinds add up to ${urban} and ${rural}, not to 1`);
  return [...constants, `create or replace temp macro synth_kinds() as [${kinds.join(", ")}];`].join("\n");
}
