import { sayResponsible } from "./authority.ts";
import { externalCardParts } from "./external-card.ts";
import type { BoostedManifest, LogisticManifest, MeasuredQuality, ModelManifest, OwnManifest } from "./manifest.ts";
import { markdownTable as table } from "./markdown-table.ts";

/** The model card in Markdown, from the manifest alone: English, with a summary in Kazakh and Russian. */
export function modelCard(manifest: ModelManifest): string {
  return `${[
    `# ${manifest.name}`,
    summaries(manifest),
    "## What it is for",
    `Intended use: ${sayResponsible(manifest.responsible, "en").intended_use}.`,
    `It estimates the chance of \`${manifest.label}\`${horizonIn.en(manifest)} for a household, to order outreach: whom to visit first. It decides no entitlement: it never refuses, reduces or delays help, and opens no investigation.`,
    "## Who answers for it",
    `Owner: ${sayResponsible(manifest.responsible, "en").owner}. Contact: ${sayResponsible(manifest.responsible, "en").contact}. This is as it was when the model was made; what is in force is told by \`npx aldyn model register-entry\`.`,
    "## What it learned from",
    manifest.kind === "external"
      ? `It was made elsewhere (${manifest.file}) and registered here; what it was fitted on is not known here.${manifest.synthetic ? " It learned from **made-up** data." : ""}`
      : trainingTable(manifest),
    "## How good it is",
    manifest.quality === null
      ? "Nothing could be kept aside to measure it on. Its quality is unknown: do not promote it."
      : qualitySection(manifest.quality),
    "## What it looks at",
    ...looksAt(manifest),
    ...(manifest.proxies === undefined ? [] : ["## What its features give away", proxySection(manifest.proxies)]),
    "## What to watch for",
    limits(manifest),
    `Model \`${manifest.id}\`, ${manifest.kind === "external" ? "registered" : "made"} by Aldyn ${manifest.code_version}.`,
  ].join("\n\n")}\n`;
}

function looksAt(manifest: ModelManifest): string[] {
  if (manifest.kind === "external") return externalCardParts(manifest);
  return manifest.kind === "logistic" ? logisticSection(manifest) : boostedSection(manifest);
}

const horizonIn = {
  en: ({ horizon_months }: ModelManifest) => (horizon_months === null ? "" : ` within ${horizon_months} months`),
  ru: ({ horizon_months }: ModelManifest) => (horizon_months === null ? "" : ` в ближайшие ${horizon_months} мес.`),
  kk: ({ horizon_months }: ModelManifest) => (horizon_months === null ? "" : ` алдағы ${horizon_months} айда`),
};

const kindIn = {
  ru: { logistic: "логистическая регрессия", boosted: "градиентный бустинг деревьев решений", external: "создана в другой системе" },
  kk: { logistic: "логистикалық регрессия", boosted: "шешім ағаштарының градиенттік бустингі", external: "басқа жүйеде жасалған" },
};

type Said = ReturnType<typeof sayResponsible>;

function summaries(manifest: ModelManifest): string {
  const { kind, label, synthetic, training, quality } = manifest;
  const [kk, ru] = (["kk", "ru"] as const).map((language) => sayResponsible(manifest.responsible, language)) as [Said, Said];
  const auc = quality?.metrics["auc"] ?? null;
  const measured = auc === null ? { kk: "өлшенбеген", ru: "не измерено" } : { kk: `AUC ${auc.toFixed(3)}`, ru: `AUC ${auc.toFixed(3)}` };
  return [
    `**Қазақша.** Модель (${kindIn.kk[kind]}) отбасының \`${label}\` тәуекелін${horizonIn.kk(manifest)} бағалайды және тек алдымен кімге бару керегін реттейді: көмек тағайындамайды, азайтпайды, кідіртпейді. Оқыту: ${training?.rows ?? "белгісіз"}${training === null ? "" : " жол"}${synthetic ? ", ойдан құрастырылған деректер" : ""}. Сапасы (бөлек қалдырылған деректерде): ${measured.kk}. Мақсаты: ${kk.intended_use}. Иесі: ${kk.owner}. Байланыс: ${kk.contact}.`,
    `**По-русски.** Модель (${kindIn.ru[kind]}) оценивает риск \`${label}\` для семьи${horizonIn.ru(manifest)} и только упорядочивает, к кому прийти раньше: помощь она не назначает, не уменьшает и не задерживает. Обучение: ${training?.rows ?? "неизвестно"}${training === null ? "" : " строк"}${synthetic ? ", вымышленные данные" : ""}. Качество (на отложенных данных): ${measured.ru}. Назначение: ${ru.intended_use}. Владелец: ${ru.owner}. Контакт: ${ru.contact}.`,
  ].join("\n\n");
}

function trainingTable({ training, synthetic }: OwnManifest): string {
  const { data } = training;
  const source = "file" in data ? `${data.file}, SHA-256 ${data.sha256}` : `loads up to ${data.load_id}, SHA-256 ${data.loads_sha256}`;
  return table(
    ["", ""],
    [
      ["rows", String(training.rows)],
      ["with the event", `${training.positives} (base rate ${percent(training.base_rate)})`],
      ["time", training.from === null ? "not given" : `${training.from} to ${training.until}`],
      ["data", source],
      ["kind of data", synthetic ? "**made up**: not for real registers" : "registers or a survey"],
    ],
  );
}

const keptAside = {
  later: "later rows than those it was fitted on",
  groups: "whole groups kept aside",
  rows: "single rows kept aside",
};

function qualitySection(quality: MeasuredQuality): string {
  const window = quality.from === null ? "" : `, ${quality.from} to ${quality.until}`;
  const refitted = quality.refitted ? " The stored model was then fitted again, with the same settings, on all rows." : "";
  const names = Object.keys(quality.metrics);
  const others = Object.entries(quality.baselines);
  const rows = names.map((name) => {
    const interval = quality.intervals[name] ?? null;
    return [
      name,
      number(quality.metrics[name] ?? null),
      interval === null ? "" : `${number(interval[0])} to ${number(interval[1])}`,
      ...others.map(([, metrics]) => number(metrics[name] ?? null)),
    ];
  });
  return [
    `Measured on ${keptAside[quality.kept_aside]}${window}: ${quality.n} rows, ${quality.positives} with the event (${percent(quality.base_rate)}).${refitted} Intervals: 95 %, bootstrap.`,
    table(["metric", "model", "interval", ...others.map(([name]) => name)], rows),
  ].join("\n\n");
}

function logisticSection({ base, l2, features }: LogisticManifest): string[] {
  const weight = (feature: LogisticManifest["features"][number]) => Math.abs(feature.coefficient);
  const rows = [...features]
    .sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1))
    .map(({ name, direction, coefficient, transform, mean, deviation, missing, needs_consent }) => [
      `\`${name}\``,
      direction,
      number(coefficient),
      `${number(mean)} ± ${number(deviation)}${transform === "signed_log" ? " (signed log)" : ""}`,
      missing === null ? (needs_consent ? "no weight: needs consent" : "") : `${percent(missing.rate)}, ${number(missing.coefficient)}`,
    ]);
  return [
    `Logistic regression: log-odds = ${number(base)} + the sum of the parts below (ridge ${l2} on standardised features). The weight is the change of the log-odds for a rise by one standard deviation; a direction + or - is the only one that the weight may have.`,
    table(["feature", "direction", "weight", "mean ± deviation", "unknown: share, weight"], rows),
  ];
}

function boostedSection({ base, trees, settings, calibration, features, proofs, files }: BoostedManifest): string[] {
  const proof = new Map(proofs.map(({ feature, by }) => [feature, by === "none" ? "**not proven**" : "proven"]));
  const rows = [...features]
    .sort((a, b) => b.gain_share - a.gain_share || (a.name < b.name ? -1 : 1))
    .map(({ name, direction, gain_share }) => [`\`${name}\``, direction, proof.get(name) ?? "", percent(gain_share)]);
  const form =
    files["tables.json"] === undefined
      ? "Contributions are exact Shapley values along the trees' paths (TreeSHAP)."
      : "It is a sum of tables of one and of two features (tables.json), by which score.sql recomputes it; a table of two is told half with each. Contributions are exact.";
  const line = calibration === null ? "" : ` Calibrated: ${number(calibration.slope)} x log-odds ${signed(calibration.intercept)}.`;
  const set = Object.entries(settings).map(([name, value]) => `${name} ${value ?? "without limit"}`);
  return [
    `Gradient-boosted trees: ${trees} trees, whose log-odds are added; contributions start from ${number(base)}, the mean of the training rows. ${form}${line} Fitted with ${set.join(", ")}.`,
    "A direction + or - says that a rise of the feature never lowers, or never raises, the risk, whatever the other features are.",
    table(["feature", "direction", "direction is", "share of the gain"], rows),
  ];
}

function proxySection(proxies: NonNullable<ModelManifest["proxies"]>): string {
  const rows = Object.entries(proxies).map(([trait, { value, auc, n }]) => [trait, value, number(auc), String(n)]);
  return [
    "Protected traits are no features. How well the features foretell them all the same (AUC on households kept aside; 0.5 is not at all):",
    table(["trait", "value against the others", "AUC", "households"], rows),
  ].join("\n\n");
}

function limits(manifest: ModelManifest): string {
  const { kind, synthetic, quality } = manifest;
  const held =
    manifest.kind !== "logistic"
      ? []
      : manifest.features.filter((each) => each.direction !== "free" && each.coefficient === 0).map(({ name }) => name);
  const unknown = kind === "logistic" ? "unknown values stand at the mean" : "that a value is unknown counts as a value of its own";
  const unproven = manifest.kind === "boosted" ? manifest.proofs.filter(({ by }) => by === "none") : [];
  return [
    `- It orders; need and rules decide. A low score is not a sign of well-being: ${unknown}.`,
    ...(synthetic ? ["- It learned from a made-up population: its quality says nothing about real families."] : []),
    ...(quality !== null && quality.positives < 100 ? [`- Only ${quality.positives} events were seen when it was measured.`] : []),
    ...unproven.map(({ feature, failure }) => `- Not proven to keep the direction of ${feature}: ${failure}.`),
    ...(held.length > 0 ? [`- Held at 0 by their declared direction: ${held.join(", ")}.`] : []),
  ].join("\n");
}

function number(value: number | null): string {
  return value === null ? "unknown" : String(Number(value.toPrecision(4)));
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"} ${number(Math.abs(value))}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
