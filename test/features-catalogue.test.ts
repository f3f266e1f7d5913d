import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { languages } from "../src/domain/languages.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { families } from "../src/features/build.ts";
import { readCatalogue, readFamilies } from "../src/features/catalogue.ts";

const catalogue = readCatalogue(projectFile("models/features"));

test("each feature has a sentence in each language that takes any value of its type", () => {
  expect(catalogue.length).toBeGreaterThan(80);
  for (const feature of catalogue) {
    const values = { number: [-1, 0, 1, 2.5, 5, 21], boolean: [0, 1], category: ["rented", "D"] }[feature.type];
    for (const language of languages)
      for (const value of values) {
        const sentence = new IntlMessageFormat(feature.sentences[language], language).format({ value, currency: "₸" });
        expect(sentence, `${feature.name} ${language}`).toMatch(/\p{L}{3}/u);
        expect(String(sentence), `${feature.name} ${language} ends without a full stop`).not.toMatch(/[.{}]$/);
      }
  }
});

test("sentences count in each language's own plural, and money is said with its currency", () => {
  const say = (name: string, language: "kk" | "ru" | "en", value: number) =>
    new IntlMessageFormat(catalogue.find((feature) => feature.name === name)?.sentences[language] ?? "", language).format({
      value,
      currency: "₸",
    });
  expect([1, 3, 5, 21].map((value) => say("children", "ru", value))).toEqual([
    "В семье 1 ребёнок",
    "В семье 3 ребёнка",
    "В семье 5 детей",
    "В семье 21 ребёнок",
  ]);
  expect(say("overdue_days_max", "ru", 92)).toBe("Платёж по кредиту просрочен на 92 дня");
  expect(say("rent_share_3m", "en", 0.43)).toBe("Rent and housing take 43% of income");
  expect(say("rent_share_3m", "ru", 10)).toBe("За жильё надо платить, а зарегистрированного дохода почти нет");
  expect(say("has_any_income_6m", "kk", 0)).toBe("Соңғы алты айда тіркелген табыс жоқ");
  expect(say("near_miss_excess_lcu", "en", 1200)).toBe("Help was refused with income only 1,200 ₸ a member above the line");
});

test("levels D and E bear the words of the glossary in Kazakh and Russian, in features and rules", () => {
  const glossary = readFileSync(projectFile("data-samples/kazakhstan/glossary.csv"), "utf8");
  const [kk = "", ru = ""] =
    glossary
      .split("\n")
      .find((line) => line.includes("E emergency"))
      ?.split(",") ?? [];
  const words = { kk: kk.replace(/ \(.*/, "").split(" / "), ru: ru.split(" / ") };
  for (const [level, place] of [["d", 3] as const, ["e", 4] as const])
    for (const language of ["kk", "ru"] as const) {
      const sentence = new IntlMessageFormat(
        catalogue.find(({ name }) => name === `map_level_${level}`)?.sentences[language] ?? "",
        language,
      );
      const rule = readFileSync(projectFile(`models/rules/map-level-${level}.yaml`), "utf8");
      for (const text of [String(sentence.format({ value: 0 })), String(sentence.format({ value: 1 })), rule])
        expect(text, `${level} ${language}`).toContain(words[language][place]);
    }
});

test("families of the catalogue are those that are built, each file named for its family", () => {
  const named = readFamilies(projectFile("models/features")).map((family) => family.name);
  const internal = ["income_months", "observation"];
  expect(named.sort()).toEqual(families.filter((family) => !internal.includes(family)).sort());
});

test("adding a child, a disability or a debt has a direction: none of the features that show it is free", () => {
  const shown = [
    "members",
    "children",
    "children_1_6",
    "children_school_age",
    "has_infant",
    "is_large_family",
    "dependants_share",
    "births_12m",
  ]
    .concat(["has_disability", "members_with_disability", "has_child_with_disability", "disability_events_12m"])
    .concat(["overdue_days_max", "overdue_lcu", "months_overdue_12m", "has_loan", "debt_service_ratio_3m", "utility_arrears_lcu"]);
  for (const name of shown) expect(catalogue.find((feature) => feature.name === name)?.direction, name).toBe("+");
});

test("a slip in a catalogue is named with its file, key and the nearest right word", () => {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-test-"));
  try {
    const entry = `type: number, unit: lcu, register: income, window: q0, direction: "+", meaning: m, kk: k, ru: r, en: e`;
    const write = (text: string) => writeFileSync(join(directory, "a.yaml"), `family: a\ndescription: d\nfeatures:\n  x: {${text}}\n`);
    write(entry.replace("window", "windwo"));
    expect(() => readCatalogue(directory)).toThrow(/a\.yaml.*windwo is not a known key \(did you mean "window"\?\)/);
    write(entry.replace('"+"', "up"));
    expect(() => readCatalogue(directory)).toThrow(/a\.yaml: features\.x\.direction/);
    write(entry);
    writeFileSync(join(directory, "b.yaml"), `family: b\ndescription: d\nfeatures:\n  x: {${entry}}\n`);
    expect(() => readCatalogue(directory)).toThrow(/b\.yaml: x stands in .*a\.yaml too/);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
