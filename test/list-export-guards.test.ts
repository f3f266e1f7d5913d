import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { guardFormula } from "../src/lists/formula-guard.ts";
import { requireOutreach } from "../src/lists/refusals.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(root);

describe("exports", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])("a text %j is no formula in a spreadsheet", (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
  });

  test("texts that are no formula stay as they are", () => {
    expect(["Доход", "1 = 1", "a-b", ""].map(guardFormula)).toEqual(["Доход", "1 = 1", "a-b", ""]);
  });

  test("a purpose other than outreach is refused with exit 2 and noted, without anybody's data", () => {
    const at = new Date("2026-10-02T03:04:05Z");
    expect(() => requireOutreach(data, "outreach", { format: "csv", area: "75" }, at)).not.toThrow();
    expect(() => requireOutreach(data, "benefit-fraud", { format: "csv", area: "75" }, at)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining("lists serve outreach only") }) as Error,
    );
    expect(() => requireOutreach(data, "audit", { format: "csv", area: "" }, at)).toThrow();
    const lines = readFileSync(join(data.root, "refusals.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { at: "2026-10-02T03:04:05.000Z", refused: "export", purpose: "benefit-fraud", format: "csv", area: "75" },
      { at: "2026-10-02T03:04:05.000Z", refused: "export", purpose: "audit", format: "csv", area: "" },
    ]);
  });
});
