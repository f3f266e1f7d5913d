import type { WorkedCase } from "./worked-cases.ts";

const sum = (value: number) => value.toLocaleString("en-US");
const list = (parts: string[]) => parts.join("; ");
const named = (name: string) => name.replaceAll("_", " ");

function givenWords(one: WorkedCase): string {
  const { figures } = one;
  return [
    `${one.place}, ${one.as_of}`,
    `${figures.quarter}: minimum ${sum(figures.subsistence_minimum)}, median ${sum(figures.median_income)}${figures.made_up ? " (made for this case)" : ""}`,
    ...(one.income_published_after_days > 0 ? [`income published after ${one.income_published_after_days} days`] : []),
    ...(one.not_covered.length > 0 ? [`no register of: ${one.not_covered.join(", ")}`] : []),
    ...(one.formed === "2010-01-01" ? [] : [`family since ${one.formed}`]),
    `members: ${typeof one.members === "number" ? `${one.members}, no persons known` : list(one.members.map(memberWords))}`,
    `income: ${one.income.length === 0 ? "none" : list(one.income.map(incomeWords))}`,
    ...(one.assets.length > 0 ? [`property: ${list(one.assets.map(assetWords))}`] : []),
    ...(one.decisions.length > 0 ? [`decisions: ${list(one.decisions.map(decisionWords))}`] : []),
    ...one.measures.map(({ of, measure, started, ended }) => `${named(measure)} of ${of} from ${started}${ended ? ` to ${ended}` : ""}`),
    ...one.emergencies.map((each) => `${each.kind} in ${each.place} from ${each.started}${each.ended ? ` to ${each.ended}` : ""}`),
  ].join("<br>");
}

function memberWords({ who, born, sex, employment, disability, business, died }: Exclude<WorkedCase["members"], number>[number]): string {
  const more = [
    disability && `disability ${disability}`,
    business && `business ${named(business)}`,
    died && `died ${died}`,
    sex === "unknown" && "sex unknown",
  ];
  return [
    `${who} (${sex === "unknown" ? "" : `${sex[0]}, `}born ${born}`,
    employment === "unknown" ? "employment unknown" : employment.replaceAll("_", "-"),
    ...more.filter(Boolean),
  ]
    .join(", ")
    .concat(")");
}

function incomeWords({ kind, of, monthly }: WorkedCase["income"][number]): string {
  const months = Object.entries(monthly);
  const [first, last] = [months[0], months.at(-1)];
  const isSteady = months.length === 3 && new Set(Object.values(monthly)).size === 1;
  if (isSteady) return `${named(kind)} of ${of} ${sum(first?.[1] as number)} a month from ${first?.[0]} to ${last?.[0]}`;
  return `${named(kind)} of ${of} ${months.map(([month, amount]) => `${month} ${sum(amount)}`).join(", ")}`;
}

const assetWords = ({ kind, quantity, area_m2, acquired, disposed }: WorkedCase["assets"][number]) =>
  [
    `${quantity === undefined ? "" : `${quantity} `}${named(kind)}`,
    area_m2 !== undefined ? `${area_m2} m2` : kind === "dwelling" && "size unknown",
    `from ${acquired}`,
    disposed && `until ${disposed}`,
  ]
    .filter(Boolean)
    .join(", ");

const decisionWords = ({ kind, applied, decision, reason, starts, ends }: WorkedCase["decisions"][number]) =>
  [`${named(kind)} of ${applied} ${decision}`, reason && `for ${named(reason)}`, starts && `from ${starts}`, ends && `to ${ends}`]
    .filter(Boolean)
    .join(" ");

const dutyWords = {
  due: "an employment measure is due",
  hired: "works",
  student: "studies",
  carer: "cares",
  in_measure: "takes part in a measure",
  none: "nothing is asked",
  unknown: "unknown",
};

function expectedWords(one: WorkedCase): string {
  return Object.entries(one.expected)
    .map(([programme, { state, amount, kind, unmet, unknown, receives, duties }]) =>
      [
        `**${named(programme)}**: ${named(state)}`,
        amount !== undefined && `${sum(amount)} tenge`,
        kind && (kind === "unknown" ? "kind unknown" : kind),
        unmet && `unmet: ${unmet.join(", ")}`,
        unknown && `unknown: ${unknown.join(", ")}`,
        duties && `of members: ${list(Object.entries(duties).map(([who, duty]) => `${who} ${dutyWords[duty]}`))}`,
        receives && { yes: "receives it now", no: "does not receive it now", unknown: "unknown whether it receives it" }[receives],
      ]
        .filter(Boolean)
        .join(", "),
    )
    .join("<br>");
}

const head = "| case | given | expected | arithmetic | reference |\n|---|---|---|---|---|";

/** The cases as a table that a jurist can read. */
export function workedCasesDocument(cases: readonly WorkedCase[]): string {
  const parts = cases.map((one) => {
    const cells = [`**${one.title}**<br>\`${one.id}\``, givenWords(one), expectedWords(one), one.arithmetic, one.reference];
    const row = `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return one.section === undefined ? row : `\n## ${one.section}\n\n${head}\n${row}`;
  });
  return `# Entitlement worked by hand

Made from \`test/worked-cases/entitlement.yaml\` by \`npx vitest run test/entitlement-cases.test.ts -u\`. Not edited by hand.

${cases.length} cases. Each was worked out on paper from the law, then run through the product and through a second implementation that knows nothing of it; a test fails when one of the three differs. The families are nobody's. Where a member's disability or business is not named there is none; registers are complete for the place unless the case names one that is not kept; sums are tenge a month. "Not by registers" says what registers show on that day; the decision is a person's.
${parts.join("\n")}
`;
}
