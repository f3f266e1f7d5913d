import type { Family, Feature } from "./catalogue.ts";
import type { Lineage } from "./lineage.ts";

/** docs/features.md: the catalogue as people read it, with the contract's columns that each feature depends on. */
export function featuresDocument(families: readonly Family[], lineage: Lineage): string {
  const all = families.flatMap((family) => family.features);
  const shared = columnsOfAll(all, lineage);
  return [...preface(all.length, shared), ...families.flatMap((family) => familySection(family, lineage, new Set(shared))), ""].join("\n");
}

function columnsOfAll(features: readonly Feature[], lineage: Lineage): string[] {
  const [first = [], ...rest] = features.map((feature) => lineage.get(feature.name) ?? []);
  return first.filter((column) => rest.every((columns) => columns.includes(column)));
}

function preface(count: number, shared: readonly string[]): string[] {
  return [
    "# Features",
    "",
    "Made by `npx aldyn docs` from `models/features/*.yaml` and from what the engine says each feature reads. Not edited by hand.",
    "",
    `${count} features, one row per household that lives at \`as_of\`. Names listed by sources of the table observation come on top, as`,
    "`obs_<name>_<recipe>`: `latest` (newest value within the window), `change` (less the newest of the window before), `mean`, `months_since`",
    "(full months since the last value other than 0).",
    "",
    "- **Time.** Only rows recorded before `as_of` and brought by the run's loads. Monthly registers count months back from their own clock: the last",
    "  month that is complete at `as_of` less the publication lag. `q0` is the last complete quarter of income, the same for every household.",
    "- **Unknown.** Inside coverage a missing row is 0, outside it the feature is unknown; a row that is known counts everywhere. A sum, mean or share",
    "  over a window is unknown unless every month is observed: covered, and the household lived then (in a survey: by its own rows).",
    "- **Direction.** `+`: more of it may only raise risk and priority; `-`: only lower; `free`: either. Adding a child, a disability or a debt moves only",
    "  features in the direction of higher priority. Shares of income are 10 at most, also where there is a burden and no income.",
    "- **Consent.** Marked features are unknown unless every adult has consented. Having refused, not answered or withdrawn looks the same as never",
    "  having been asked, and counts neither in `registers_known` nor in confidence. Refusals by the family in a TSA case are not read.",
    "- **Law.** Ages, the floor area a member and the window of emergencies are dated values of the deployment's parameters, those in force at `as_of`.",
    "  Pension age is the later one of both sexes for everybody, so that no feature needs anybody's sex.",
    "- **Confidence** (0 to 1) = sum of weight x freshness / sum of weights: income 0.4, composition 0.25, and 0.05 each for those of credit, utility,",
    "  schooling, health, asset, benefit and level that the deployment covers at all. Freshness is 1 when the register's last complete month is observed",
    "  for the household, a twelfth less for each month further back, 0 when nothing is. Composition without coverage: 1 while its newest record",
    "  is at most a year old, then falling to 0 over two years. `unknown_reason`: `too_new` (the household was formed after `q0` began),",
    "  `no_income_register` (no month of income observed), `stale_registers` (none in the last six months, or confidence below 0.5).",
    "",
    `Every feature also depends on ${shared.map((column) => `\`${column}\``).join(", ")} (who lives), on the history of rows, coverage and parameters.`,
  ];
}

function familySection(family: Family, lineage: Lineage, shared: ReadonlySet<string>): string[] {
  const rows = family.features.map((feature) => {
    const columns = (lineage.get(feature.name) ?? []).filter((column) => !shared.has(column));
    const cells = [
      `\`${feature.name}\``,
      feature.meaning + (feature.needs_consent ? " **(consent)**" : ""),
      feature.type === feature.unit || feature.unit === "flag" ? feature.type : feature.unit,
      feature.register,
      feature.window,
      feature.direction,
      feature.sentences.en,
      columns.join(", "),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return [
    "",
    `## ${family.name}`,
    "",
    family.description,
    "",
    "| feature | meaning | unit | register | window | direction | sentence (en) | reads |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ];
}
