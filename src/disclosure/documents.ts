import type { Language } from "../domain/languages.ts";
import { markdownTable } from "../scoring/markdown-table.ts";
import { unmetForPromotion } from "../scoring/promotion-gate.ts";
import type { DisclosureFacts } from "./facts.ts";
import { assessmentWords, placeCounts, reasonsBy, risks } from "./risks.ts";
import { percentOf, said, sectionsIn, unfilled } from "./sections.ts";
import { words } from "./words.ts";

/** The public entry on a model in the register of algorithms, in Markdown. What the authority has not filled is named as such. */
export function registerEntry(facts: DisclosureFacts, language: Language): string {
  const parts = sectionsIn(language, facts);
  return text([
    ...parts.opening("entryTitle"),
    ...[parts.purpose, parts.legal, parts.owner, parts.data, parts.affected, parts.human, parts.quality, parts.fairness].flat(),
    ...[parts.monitoring, parts.retention, parts.rights, parts.versions].flat(),
  ]);
}

/** The assessment of what a model may do to people, and what stands against it, in Markdown. */
export function impactAssessment(facts: DisclosureFacts, language: Language): string {
  const parts = sectionsIn(language, facts);
  return text([
    ...parts.opening("assessmentTitle"),
    ...[parts.purpose, parts.legal, parts.owner, parts.affected, parts.data, parts.human].flat(),
    ...risksSection(facts, language),
    ...[parts.quality, parts.fairness, parts.monitoring, parts.retention, parts.rights].flat(),
    ...openPoints(facts, language),
    ...parts.versions,
  ]);
}

function text(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}

function risksSection({ manifest, policy, registers }: DisclosureFacts, language: Language): string[] {
  const reasons = said(manifest.kind === "external" ? reasonsBy.estimated : reasonsBy.exact, language);
  const hasPlace = registers.some(({ families }) => families.includes("area"));
  const place = said(hasPlace ? placeCounts.yes : placeCounts.no, language);
  const values = { place, lane: percentOf(policy.unseen_lane.share), days: policy.valid_days, reasons };
  return [
    `## ${said(assessmentWords.risks, language)}`,
    markdownTable(
      said(assessmentWords.risksHead, language).split("|"),
      risks.map(({ harm, safeguard }) => [said(harm, language), said(safeguard, language, values)]),
    ),
  ];
}

function openPoints(facts: DisclosureFacts, language: Language): string[] {
  const missing = unfilled(facts);
  const unmet = unmetForPromotion(facts.manifest, facts.conditions);
  const open = [
    ...(missing.length === 0 ? [] : [said(assessmentWords.missing, language, { list: missing.map((field) => `\`${field}\``).join(", ") })]),
    ...(unmet.length === 0 ? [] : [said(assessmentWords.unmet, language, { list: unmet.join("; ") })]),
  ];
  const signed = said(words.toFill, language, { field: "reviewed_by, reviewed_on" });
  return [
    `## ${said(assessmentWords.open, language)}`,
    open.length === 0 ? said(assessmentWords.nothingOpen, language) : open.map((each) => `- ${each}`).join("\n"),
    `## ${said(assessmentWords.review, language)}`,
    said(assessmentWords.reviewText, language, { signed }),
  ];
}
