import type { Language, Sentences } from "../domain/languages.ts";
import { formatMessage } from "../rules/message.ts";
import type { MeasuredQuality } from "../scoring/manifest.ts";
import { markdownTable } from "../scoring/markdown-table.ts";
import type { DisclosureFacts } from "./facts.ts";
import { nameOf } from "./names.ts";
import { type WordKey, words } from "./words.ts";

/** Says a text in a language with its values. */
export function said(text: Sentences, language: Language, values: Readonly<Record<string, string | number>> = {}): string {
  return formatMessage(text[language], language, values);
}

/** Fields that the authority has to fill and has not. */
export function unfilled({ conditions: { authority } }: DisclosureFacts): string[] {
  const fields = ["intended_use", "owner", "contact", "legal_basis", "retention_days"] as const;
  return fields.filter((field) => (authority[field] ?? null) === null);
}

/** The parts that both documents are made of, in a language. */
export function sectionsIn(language: Language, facts: DisclosureFacts) {
  const say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => said(words[key], language, values);
  const head = (key: WordKey) => say(key).split("|");
  const toFill = (field: string) => say("toFill", { field });
  const { manifest, conditions, policy } = facts;
  const { authority } = conditions;
  const filled = (field: "owner" | "contact" | "legal_basis") => {
    const value = authority[field] ?? toFill(field);
    return typeof value === "string" ? value : value[language];
  };
  const contact = filled("contact");
  const section = (title: WordKey, ...parts: string[]) => [`## ${say(title)}`, ...parts];
  return {
    opening: (title: WordKey) => [
      `# ${say(title, { name: manifest.name })}`,
      say("drawnUp", { date: facts.date, country: facts.country, state: stateOf(facts, language) }),
      ...(manifest.synthetic ? [say("madeUp")] : []),
    ],
    purpose: section(
      "purpose",
      say("purposeText", {
        use: authority.intended_use?.[language] ?? toFill("intended_use"),
        label: manifest.label,
        horizon: manifest.horizon_months ?? say("unknown"),
        days: policy.valid_days,
      }),
    ),
    legal: section("legal", filled("legal_basis")),
    owner: section("owner", say("ownerText", { owner: filled("owner"), contact })),
    data: section("data", dataTable(facts, language, head("dataHead")), say("dataText"), ...strange(facts, say)),
    affected: section(
      "affected",
      say("affectedText", { places: policy.capacity.per_1000_households, lane: percentOf(policy.unseen_lane.share) }),
    ),
    human: section("human", say("humanText", { rules: facts.rules })),
    quality: section("quality", ...(manifest.quality === null ? [say("unmeasured")] : qualityOf(manifest.quality, language, say))),
    fairness: section("fairness", ...fairnessOf(facts, language, say)),
    monitoring: section("monitoring", say("monitoringText", { ece: String(conditions.most_ece) })),
    retention: section(
      "retention",
      (authority.retention_days ?? null) === null ? toFill("retention_days") : say("retentionText", { ...authority.retention_days! }),
    ),
    rights: section("rights", say("rightsText", { contact })),
    versions: section("versions", markdownTable(head("versionsHead"), versionsOf(facts, language, say))),
  };
}

type Say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string;

function stateOf({ state, since }: DisclosureFacts, language: Language): string {
  const name = nameOf(state, language);
  return since === null ? name : said(words.since, language, { state: name, since: since.slice(0, 10) });
}

export function percentOf(share: number): string {
  return String(Number((100 * share).toFixed(1)));
}

function dataTable({ registers }: DisclosureFacts, language: Language, head: readonly string[]): string {
  return markdownTable(
    head,
    registers.map(({ register, families, features, consented }) => [
      nameOf(register, language),
      families.map((family) => nameOf(family, language)).join("; "),
      String(features),
      consented.map((feature) => `\`${feature}\``).join(", "),
    ]),
  );
}

function strange({ unknown }: DisclosureFacts, say: Say): string[] {
  return unknown.length === 0 ? [] : [say("strange", { names: unknown.map((feature) => `\`${feature}\``).join(", ") })];
}

function qualityOf(quality: MeasuredQuality, language: Language, say: Say): string[] {
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? say("unknown") : value.toFixed(3));
  const row = (name: string, metrics: MeasuredQuality["metrics"]) => [
    name,
    ...["precision_at_5", "recall_at_10", "auc", "ece"].map((metric) => cell(metrics[metric])),
  ];
  return [
    say("qualityText", {
      ...{ from: quality.from ?? say("unknown"), until: quality.until ?? say("unknown") },
      ...{ n: String(quality.n), positives: String(quality.positives) },
    }),
    markdownTable(say("qualityHead").split("|"), [
      row(say("theModel"), quality.metrics),
      ...Object.entries(quality.baselines).map(([name, metrics]) => row(nameOf(name, language), metrics)),
    ]),
  ];
}

function fairnessOf({ manifest: { quality, proxies }, conditions }: DisclosureFacts, language: Language, say: Say): string[] {
  const fairness = quality?.fairness;
  const told =
    fairness === undefined
      ? say("fairnessUnmeasured", { asked: say(conditions.fairness === "required" ? "fairnessRequired" : "fairnessWhenMeasured") })
      : say("fairnessText", {
          verdict: nameOf(fairness.verdict, language),
          findings: fairness.findings.map((finding) => `\`${finding}\``).join("; "),
        });
  const list = Object.entries(proxies ?? {}).map(([trait, { value, auc }]) => `\`${trait}\` (${value}) ${auc.toFixed(3)}`);
  return [told, ...(list.length === 0 ? [] : [say("proxies", { list: list.join(", ") })])];
}

function versionsOf({ manifest, hashes }: DisclosureFacts, language: Language, say: Say): string[][] {
  return [
    [say("model"), `\`${manifest.id}\``],
    [say("kind"), nameOf(manifest.kind, language)],
    [say("code"), manifest.code_version],
    [say("rulesHash"), `\`${hashes.rules}\``],
    [say("policyHash"), `\`${hashes.policy}\``],
    [say("catalogueHash"), `\`${hashes.catalogue}\``],
    [say("parametersHash"), `\`${hashes.parameters}\``],
  ];
}
