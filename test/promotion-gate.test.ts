import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import type { Authority } from "../src/scoring/authority.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { type PromotionConditions, promotionConditions } from "../src/scoring/promotion-conditions.ts";
import { requirePromotable, unmetForPromotion } from "../src/scoring/promotion-gate.ts";
import { conditions } from "./support/conditions.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const { manifest } = packModel(smallModel, smallStatement);
const quality = manifest.quality!;
const withQuality = (change: object) => ({ ...manifest, quality: { ...quality, ...change } });
const withEce = (ece: number | null) => withQuality({ metrics: { ...quality.metrics, ece } });
const authority = (change: Partial<Authority>): PromotionConditions => ({
  ...conditions,
  authority: { ...conditions.authority, ...change },
});

test("the sound model meets all conditions", () => {
  expect(unmetForPromotion(manifest, conditions)).toEqual([]);
});

describe("calibration error", () => {
  test.each<[number | null, string[]]>([
    [0.02, []],
    [0.0201, ["its calibration error (ECE) is 0.0201, more than 0.02"]],
    [null, ["its calibration error is unknown"]],
  ])("%s", (ece, unmet) => {
    expect(unmetForPromotion(withEce(ece), conditions)).toEqual(unmet);
  });

  test("the limit is the one in force on the day", () => {
    const files = { promotion: join(root, "promotion.yaml"), authority: join(root, "authority.yaml") };
    const limits = (most_ece: number) => `{most_ece: ${most_ece}, fairness: when_measured, reference: r}`;
    writeFileSync(files.promotion, `2022-01-01: ${limits(0.05)}\n2026-07-01: ${limits(0.01)}\n`);
    writeFileSync(files.authority, "owner: somebody\n");
    const deployment = { ...readDeployment(projectFile("models/deployment.yaml")), ...files };
    expect(promotionConditions(deployment, "2026-06-30").most_ece).toBe(0.05);
    expect(promotionConditions(deployment, "2026-07-01")).toMatchObject({ most_ece: 0.01, authority: { owner: "somebody" } });
    expect(() => promotionConditions(deployment, "2021-12-31")).toThrow("no conditions are in force on 2021-12-31");
  });

  test("a mistyped key of what the authority says is named with the right one", () => {
    const path = join(root, "typo.yaml");
    writeFileSync(path, "ownr: x\n");
    const deployment = { ...readDeployment(projectFile("models/deployment.yaml")), authority: path };
    expect(() => promotionConditions(deployment, "2026-01-01")).toThrow(/ownr is not a known key \(did you mean "owner"\?\)/);
  });
});

describe("fairness", () => {
  const required: PromotionConditions = { ...conditions, fairness: "required" };
  const judged = (verdict: string, findings: string[] = []) => withQuality({ fairness: { verdict, findings } });

  test("an unfair model is refused with what was found; absent is unmet only where it is required", () => {
    expect(unmetForPromotion(judged("unfair", ["recall of rural families"]), conditions)).toEqual([
      "it was found unfair: recall of rural families",
    ]);
    for (const verdict of ["fair", "undecided"]) expect(unmetForPromotion(judged(verdict), required)).toEqual([]);
    expect(unmetForPromotion(manifest, conditions)).toEqual([]);
    expect(unmetForPromotion(manifest, required)).toEqual(["its fairness was never measured"]);
  });
});

describe("the card", () => {
  test.each(["intended_use", "owner", "contact", "retention_days"] as const)("must say %s", (field) => {
    for (const lacking of [authority({ [field]: null }), authority({ [field]: undefined })])
      expect(unmetForPromotion(manifest, lacking)).toEqual([expect.stringContaining(`its card lacks ${field} `)]);
  });

  test("must name a legal basis where the model learned from real registers", () => {
    const real = { ...manifest, synthetic: false };
    expect(unmetForPromotion(real, conditions)).toEqual([]);
    expect(unmetForPromotion(real, authority({ legal_basis: null }))).toEqual([expect.stringContaining("legal_basis")]);
    expect(unmetForPromotion(manifest, authority({ legal_basis: null }))).toEqual([]);
  });

  test("must say how far ahead it foretells", () => {
    expect(unmetForPromotion({ ...manifest, horizon_months: null }, conditions)).toEqual([expect.stringContaining("horizon_months")]);
  });
});

test("all that is unmet is said at once", () => {
  const bad = {
    ...withQuality({
      kept_aside: "rows",
      metrics: { precision_at_5: 0.1, ece: 0.5 },
      fairness: { verdict: "unfair", findings: ["x"] },
    }),
    horizon_months: null,
  };
  expect(unmetForPromotion(bad, authority({ owner: null }))).toHaveLength(7); // window, rules, need, calibration, fairness, horizon, owner
  expect(() => requirePromotable(bad, conditions)).toThrow(/later window.*rules ranking.*need ranking.*ECE.*unfair.*horizon_months/);
});

test("what is shipped lets a model of made-up data through, and asks a real one for its legal basis", () => {
  const shipped = promotionConditions(readDeployment(projectFile("models/deployment.yaml")), "2026-11-01");
  expect(unmetForPromotion(manifest, shipped)).toEqual([]);
  expect(unmetForPromotion({ ...manifest, synthetic: false }, shipped)).toEqual([expect.stringContaining("legal_basis")]);
});
