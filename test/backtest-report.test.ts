import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { languages, type Sentences } from "../src/domain/languages.ts";
import type { BacktestResult } from "../src/experiments/backtest-result.ts";
import { answerWords } from "../src/reports/answer.ts";
import { askedOptions, askedWords } from "../src/reports/asked.ts";
import { backtestReport, pageWords } from "../src/reports/backtest-report.ts";
import { capacityWords } from "../src/reports/capacity-section.ts";
import { curveWords } from "../src/reports/curves.ts";
import { featureWords } from "../src/reports/feature-section.ts";
import { groupSentences } from "../src/reports/group-words.ts";
import { fairnessVerdictWords, fairnessWords } from "../src/reports/missed-words.ts";
import { pairWords } from "../src/reports/pair-charts.ts";
import { reliabilityWords } from "../src/reports/reliability-section.ts";
import { selectionMetricWords, selectionWords } from "../src/reports/selection.ts";
import { speakerWords } from "../src/reports/speaker.ts";
import { steadinessWords } from "../src/reports/steadiness.ts";
import { argumentsOf } from "../src/rules/message.ts";
import { madeResult } from "./support/backtest-result.ts";

const sections = [
  ...["asked", "reading", "answer", "selection", "windows", "capacity", "reliability", "calibration", "stability", "ablations"],
  ...["fairness", "features"],
];
const page = (result: BacktestResult, language: (typeof languages)[number] = "en") => {
  const text = backtestReport(result, language);
  const { document } = parseHTML(text);
  const of = (id: string) => document.querySelector(`#${id}`)?.textContent?.replaceAll(/\s+/g, " ") ?? "";
  return { text, document, of };
};

describe.each(languages)("the page in %s", (language) => {
  const { text, document } = page(madeResult(), language);

  test("has one heading, and every section with its own, in order", () => {
    expect(document.documentElement.getAttribute("lang")).toBe(language);
    expect(document.querySelectorAll("h1")).toHaveLength(1);
    expect([...document.querySelectorAll("section")].map((each) => each.id)).toEqual(sections);
    for (const each of document.querySelectorAll("section")) expect(each.querySelector("h2")?.textContent?.length).toBeGreaterThan(4);
  });

  test("loads nothing from anywhere", () => {
    expect(text).not.toMatch(/https?:|\ssrc=|<link|<script|<img|@import|url\(/);
    expect([...document.querySelectorAll("[href]")]).toEqual([]);
  });

  test("says in words what each picture shows, and names each row and column of a table", () => {
    const pictures = [...document.querySelectorAll("figure svg")];
    expect(pictures).toHaveLength(10);
    for (const each of pictures) {
      expect(each.getAttribute("role")).toBe("img");
      expect(each.getAttribute("aria-label")).toMatch(/\d/);
      expect(each.querySelector("desc")?.textContent).toMatch(/\d/);
    }
    const heads = [...document.querySelectorAll("th")];
    expect(heads.length).toBeGreaterThan(40);
    expect(heads.filter((each) => !["col", "row", "rowgroup"].includes(each.getAttribute("scope") ?? ""))).toEqual([]);
    expect([...document.querySelectorAll("table")].filter((each) => each.querySelector("caption") === null)).toEqual([]);
  });

  test("leaves no place of a sentence unfilled, and is the same each time", () => {
    expect(document.querySelector("main")?.textContent).not.toMatch(/[{}]|undefined|NaN|null/);
    expect(page(madeResult(), language).text).toBe(text);
  });
});

test("every text is there in three languages, which ask for the same values", () => {
  const all: Record<string, Sentences> = Object.assign(
    {},
    ...[askedWords, askedOptions, answerWords, selectionWords, selectionMetricWords, curveWords, capacityWords, reliabilityWords].map(
      (words, place) => Object.fromEntries(Object.entries(words).map(([key, text]) => [`${place} ${key}`, text])),
    ),
    ...[steadinessWords, fairnessWords, fairnessVerdictWords, featureWords, pairWords, groupSentences, speakerWords, pageWords].map(
      (words, place) => Object.fromEntries(Object.entries(words).map(([key, text]) => [`${place + 20} ${key}`, text])),
    ),
  );
  expect(Object.keys(all).length).toBeGreaterThan(150);
  const askedBy = (text: Sentences, language: (typeof languages)[number]) => argumentsOf(text[language], language).sort();
  for (const [key, text] of Object.entries(all)) {
    expect(Object.keys(text).sort(), key).toEqual([...languages].sort());
    for (const language of languages) expect(askedBy(text, language), `${key} ${language}`).toEqual(askedBy(text, "en"));
  }
});

test("what others wrote stands there as text, never as markup", () => {
  const result = madeResult();
  const planted = `"><script>alert('1')</script><img src=x onerror=alert(2)>`;
  result.question = planted;
  result.experiment = planted;
  result.skipped[0] = { split: planted, why: planted };
  result.models[0]!.name = planted;
  for (const each of result.results) if (each.model === "glass-box") each.model = planted;
  result.selection.chosen = planted;
  result.selection.ranking[0]!.model = planted;
  result.fairness!.regions["710000000"] = { kk: planted, ru: planted, en: planted };
  result.fitted!.parts![0]!.feature = planted;
  result.fitted!.pairs[0]!.features = [planted, planted];
  result.fitted!.parts![0]!.sentences.en = "'<script>'{value}'</script>'";
  const { document, text } = page(result);
  expect(document.querySelectorAll("script, img, [onerror]")).toHaveLength(0);
  expect(text).not.toContain("<script");
  expect(document.querySelector("#asked dd")?.textContent).toBe(planted);
  expect(document.querySelector("#features figcaption")?.textContent).toBe(planted);
});

test("made-up data are said to be made up, before all else; real ones are not", () => {
  const { document } = page(madeResult());
  expect(document.querySelector("h1 + .made-up")?.textContent).toContain("MADE-UP DATA");
  expect(page({ ...madeResult(), synthetic: false }).text).not.toContain("MADE-UP");
});

test("the answer says the result's numbers, as families of 100", () => {
  const { of } = page(madeResult());
  expect(of("answer")).toContain(
    "The model “glass-box” is chosen. When 100 families of its list are visited, it finds 49.2 to whom this happens; visits at random would find 7.4.",
  );
  expect(of("answer")).toContain(
    "Compared with rules, which found 13.1 of 100: the model finds 36.1 more families of 100 (95 %: 33.0–39.1).",
  );
  // A range that holds 0 is not a gain.
  expect(of("answer")).toContain(
    "Compared with lowest income first, which found 32.1 of 100: the difference is 17.1 of 100 and cannot be told from chance (95 %: −1.2 … 20.0).",
  );
  expect(of("answer")).toContain(
    "In the last window 17 families got help in the meantime. Without them the list found 47.1 of 100 families.",
  );
});

test("a model that is worse than a ranking is said to be worse", () => {
  const result = madeResult();
  result.gains![0] = { ...result.gains![0]!, difference: -0.051, interval: [-0.08, -0.02] };
  expect(page(result).of("answer")).toContain("the model finds 5.1 fewer families of 100 (95 %: 2.0–8.0)");
});

test("each other section says its numbers too", () => {
  const { of, document } = page(madeResult());
  const rows = [...document.querySelectorAll("#selection tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows).toEqual([
    ["glass-box", "0.9", "1.7", "49.2", "1 of 2", "chosen"],
    ["deep trees", "2.1", "4.1", "48.0", "1 of 2", "promised and real shares differ by 3.1 % on average, and 2.0 % is allowed"],
  ]);
  // Precision at twice the list's length: 0.482 x 0.95; recall: the root of 0.1.
  expect(of("capacity")).toContain("with 10.0 % of families on the list: it finds 45.8 of 100 on it, and it holds 31.6 of 100 families");
  expect(of("reliability")).toContain("the stated and the real share differ by 1.2 percentage points");
  expect(of("reliability")).toContain("(500 families) the model said 33.7 of 100, and it was 35.1.");
  // Lists of equal length: of 100, 2 J / (1 + J) stay: .6 -> 75, .25 -> 40.
  expect(of("stability")).toContain("of 100 families on the list 75.0 stay on average");
  expect(of("stability")).toContain("of 100 on the list 40.0 are on it again");
  expect(of("calibration")).toMatch(/2026-01-01\s*1,0000\.81was needed \(Platt's way\)2\.31\.2/);
  expect(of("ablations")).toContain("would change by +0.3; it is better with them in 2 of 2 windows");
  expect(of("features")).toContain("Raises the risk most: 3 children (×2.00).");
  expect(of("features")).toContain("Lowers it most: 0 children (×0.50).");
  expect(of("features")).not.toContain("Where the value is unknown");
  // A map of a pair: cell by cell, the row first.
  expect(of("features")).toContain("Raises most (×1.50): children > 2.5 persons; overdue_days_max > 30.5 days.");
  expect(of("features")).toContain("Lowers most (×0.95): children > 2.5 persons; overdue_days_max ≤ 30.5 days.");
  expect(of("features")).toContain("4 more pairs weigh less");
  expect([...document.querySelectorAll("#features figure")].map((each) => each.querySelectorAll("[aria-label=rect] > *").length)).toEqual([
    0, 6,
  ]);
  const regions = [...document.querySelectorAll("#reliability details .charts figcaption")].map((each) => each.textContent);
  expect(regions).toEqual(["Astana", "Almaty"]);
});

test("question and what a window lacks are said in the page's language; a question in one language stands as it is", () => {
  expect(page(madeResult(), "kk").of("asked")).toContain("кім құлдырайды?");
  expect(page(madeResult(), "ru").of("asked")).toContain(
    "2025-07-01: слишком мало, чтобы учиться, – случаев 12, из них с событием 3; нужно не меньше 20",
  );
  const result = madeResult();
  result.skipped[0]!.lacks = { for: "judging", rows: 1200, events: 19, at_least: 20 };
  expect(page(result).of("asked")).toContain("too little to be judged by: 1,200 cases, 19 with the event; at least 20 with it");
  expect(page({ ...result, question: "who?" }, "kk").of("asked")).toContain("who?");
});

test("by night the page is dark: each colour that it names has a light and a dark value, and pictures name no other but a map's shades", () => {
  const { text, document } = page(madeResult());
  const style = document.querySelector("style")!.textContent!;
  const [light, dark] = [
    style.slice(0, style.indexOf("@media")),
    /@media screen and \(prefers-color-scheme: dark\) \{([^@]*?)\n\}/.exec(style)![1]!,
  ];
  const named = [...new Set(text.match(/(?<=var\()--[a-z-]+/g))];
  expect(named.length).toBeGreaterThan(15);
  for (const each of named) for (const theme of [light, dark]) expect(theme, each).toContain(`${each}: #`);
  const coloured = [...document.querySelectorAll("svg [fill], svg [stroke]")].filter((each) => each.closest("[aria-label=rect]") === null);
  const colours = coloured.flatMap((each) => [each.getAttribute("fill"), each.getAttribute("stroke")]);
  expect(colours.length).toBeGreaterThan(50);
  expect(colours.filter((each) => each?.startsWith("#") || each?.startsWith("rgb"))).toEqual([]);
});

test("who is missed: of 100 women's families that fell 20 are found, of others 60, with the range of the difference", () => {
  const result = madeResult();
  const [low, high] = result.fairness!.pooled!.measured.cells.find(({ values }) => values.join() === "female")!.comparisons.recall
    .interval!;
  const said = (value: number) => (100 * value).toFixed(1).replace("-", "−");
  const { of, document } = page(result);
  expect(of("fairness")).toContain(
    `Of 100 families whose head is a woman to whom it happened, the list found 20.0; of others 60.0; the difference is between ${said(low)} and ${said(high)} of 100.`,
  );
  expect(of("fairness")).toContain("the list found 40.0 and missed 60.0");
  expect(of("fairness")).toContain(
    "At least one group stands further behind than is allowed. A group may stand behind the others by at most 10.0 of 100.",
  );
  const women = [...document.querySelectorAll("#fairness tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent))[1];
  expect(women?.slice(0, 6)).toEqual(["whose head is a woman", "200", "100", "20.0", "80.0", "60.0"]);
  expect(women?.[7]).toBe("found less often, beyond the limit");
  expect(page(result, "ru").of("fairness")).toContain(
    "Из 100 семей с женщиной во главе, с которыми это случилось, список нашёл 20,0; из остальных – 60,0;",
  );
});

test("a survey's weights are said to count; without them nothing is said of any", () => {
  const result = madeResult();
  expect(page(result).of("fairness")).not.toContain("weight");
  result.fairness!.weighted = true;
  expect(page(result).of("fairness")).toContain("each family counts by its weight");
});

test("a trait that no family has a value of makes no empty rows, and is said to be unknown", () => {
  const result = madeResult();
  result.fairness!.groups.push("disability");
  result.fairness!.pooled!.measured.unjudged.disability = { unknown: 400, small_values: 0, small_rows: 0 };
  const { of, document } = page(result);
  expect([...document.querySelectorAll("#fairness > .scroll th[scope=rowgroup]")].map((each) => each.textContent)).toEqual([
    "Sex of the head",
    "Region",
  ]);
  expect(of("fairness")).toContain("Disability: not known in these data.");
});

test("where no model may be chosen, it says so first, and why of each", () => {
  const result = madeResult();
  result.selection.chosen = null;
  result.selection.ranking[0]!.unmet = [{ code: "behind", baseline: "rules", splits: ["2025-10-01"] }];
  const { of } = page(result);
  expect(of("answer")).toMatch(/^The answer\s*No model may be chosen/);
  expect(of("answer")).toContain("glass-box: it is behind “rules” in 2025-10-01.");
  expect(of("answer")).toContain("deep trees: promised and real shares differ by 3.1 % on average");
  expect(of("answer")).toContain("What follows is of the model “glass-box”, the first by regret");
  expect(of("answer")).not.toContain("is chosen");
  expect(of("selection")).not.toMatch(/chosen$|1 of 2chosen/);
});

test("one window: no lines in time, nothing to compare lists with", () => {
  const result = madeResult();
  const [first] = result.splits.splice(0, 1);
  result.results = result.results.filter(({ split }) => split !== first!.split);
  result.stability = [{ model: "glass-box", between_splits: [], between_refits: [] }];
  result.calibration.splice(0, 1);
  result.fairness!.pooled = null;
  const { of, document } = page(result);
  expect(of("windows")).toContain("There is one window only");
  expect(of("stability")).toContain("nothing to compare");
  expect(of("fairness")).toContain("the last window (2026-01-01)");
  expect(of("capacity")).not.toContain("mean over the windows:");
  expect(document.querySelectorAll("#capacity .legend li")).toHaveLength(3);
  expect([...document.querySelectorAll("section")].map((each) => each.id)).toEqual(sections);
});

test("a result without gains, fairness, fitted parts and ablations still makes a whole page that says what is not there", () => {
  const { gains: _, fairness: __, fitted: ___, ...rest } = madeResult();
  const { of, document } = page({ ...rest, ablations: [], calibration: [] });
  expect([...document.querySelectorAll("section")].map((each) => each.id)).toEqual(sections);
  // Means over the windows: (.502 + .482) / 2 - (.136 + .126) / 2.
  expect(of("answer")).toContain("Compared with rules, which found 13.1 of 100: the difference is 36.1 of 100 (mean over the windows");
  expect(of("fairness")).toContain("no measurements by group");
  expect(of("features")).toContain("cannot be shown in parts");
  expect(of("ablations")).toContain("did not try rates of the district");
});

test("a logistic regression shows by how many times a step changes the odds", () => {
  const result = madeResult();
  result.fitted!.parts = [{ ...result.fitted!.parts![0]!, table: null, coefficient: Math.log(1.5), raised: 2 }];
  const { of } = page(result);
  expect(of("features")).toContain("children2 children×1.50");
  expect(of("features")).not.toContain("pairs");
  // A sentence without the value may not be true of it.
  result.fitted!.parts[0]!.sentences.en = "Many children";
  expect(page(result).of("features")).toContain("childrenvalue 2×1.50");
});

test("lines have a sign for each window and model; ablations are not among them", () => {
  const { document } = page(madeResult());
  const [picture] = document.querySelectorAll("#windows figure svg");
  const signs = [...picture!.querySelectorAll("[aria-label=dot] > *")];
  expect(signs).toHaveLength(2 * 4);
  const dashes = [...picture!.querySelectorAll("[aria-label=line]")].map(
    (each) => `${each.getAttribute("stroke")} ${each.getAttribute("stroke-dasharray")}`,
  );
  expect(new Set(dashes).size).toBe(4);
});
