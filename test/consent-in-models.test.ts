import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { behindConsent, fitLogisticOn } from "../src/experiments/evaluate.ts";
import { readExperiment } from "../src/experiments/experiment.ts";
import type { Matrix } from "../src/experiments/read-matrix.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import { scoreExplainer } from "../src/scoring/contributions.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { seededRandom } from "../src/training/random.ts";
import { smallStatement } from "./support/models.ts";

const catalogue = readCatalogue(projectFile("models/features")).filter((feature) => feature.type !== "category");
const consented = catalogue.filter((feature) => feature.needs_consent);
const others = catalogue.filter((feature) => ["members", "overdue_days_max"].includes(feature.name));

/** Families in which to refuse consent goes with the event as closely as can be; what a bank knows tells a little. */
function matrix(): Matrix {
  const random = seededRandom(5);
  const rows = Array.from({ length: 400 }, () => ({
    event: random() < 0.3 ? 1 : 0,
    values: others.map(random),
    spends: consented.map(random),
  }));
  const spending = (place: number) =>
    rows.map(({ event, spends }) => (event === 1 && spends[0]! < 0.9 ? Number.NaN : spends[place]! + 0.2 * event));
  return {
    moments: [{ asOf: "2026-01-01", quarter: "2025-10-01", labelKnownOn: "2026-07-01" }],
    moment: new Uint16Array(rows.length),
    household: rows.map((_, row) => row),
    features: [...others, ...consented],
    columns: [
      ...others.map((_, place) => Float64Array.from(rows, ({ values }) => values[place]!)),
      ...consented.map((_, place) => Float64Array.from(spending(place))),
    ],
    label: Uint8Array.from(rows, ({ event }) => event),
    district: new Float64Array(rows.length),
    isHelped: new Uint8Array(rows.length),
    rankings: new Map(),
    snapshot: { load_id: 1, loads_sha256: "" },
    synthetic: true,
  };
}

const experiment = { ...readExperiment(projectFile("models/hardship-entry-6m/experiment.yaml")), directions: "free" as const };
const given = matrix();
const { model } = fitLogisticOn(
  given,
  Uint32Array.from(given.label, (_, row) => row),
  experiment,
  { l2: 10, transforms: {} },
);
const packed = packModel(model, { ...smallStatement, needConsent: behindConsent(given) });
const { manifest } = packed;

test("refusing consent adds exactly 0 and has no weight of its own, however much it would have told", () => {
  expect(consented.length).toBeGreaterThan(5);
  const refusing = Object.fromEntries(given.features.map(({ name, needs_consent }) => [name, needs_consent ? null : 1]));
  const { contributions } = scoreExplainer(packed)(refusing);
  for (const { name } of consented) {
    expect(
      manifest.features.find((feature) => feature.name === name),
      name,
    ).toMatchObject({ missing: null, needs_consent: true });
    expect(contributions.find(({ feature }) => feature === name)?.contribution, name).toBe(0);
  }
});

test("a household scores the same whether it refuses or its bank says what the mean family's says", () => {
  const means = new Map(manifest.features.map(({ name, transform, mean }) => [name, transform === "none" ? mean : Math.expm1(mean)]));
  const household = (consents: boolean) =>
    Object.fromEntries(given.features.map(({ name, needs_consent }) => [name, needs_consent ? (consents ? means.get(name)! : null) : 1]));
  expect(manifest.features.some(({ needs_consent, coefficient }) => needs_consent && coefficient !== 0)).toBe(true);
  expect(scoreExplainer(packed)(household(false)).margin).toBeCloseTo(scoreExplainer(packed)(household(true)).margin, 12);
});

test("other features keep the mark of being unknown", () => {
  const columns = given.columns.map((column, place) =>
    place === 0 ? column.map((value, row) => (row % 9 === 0 ? Number.NaN : value)) : column,
  );
  const { model: other } = fitLogisticOn(
    { ...given, columns },
    Uint32Array.from(given.label, (_, row) => row),
    experiment,
    { l2: 10, transforms: {} },
  );
  expect(other.terms[0]?.missing).not.toBeNull();
});
