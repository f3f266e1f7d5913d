import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, describe, expect, test } from "vitest";
import type { ApiBench } from "../src/bench/api.ts";
import { commandFiles } from "../src/cli/commands.ts";
import { documents } from "../src/cli/docs.ts";
import type { List } from "../src/lists/read-list.ts";
import type { NightlyResult } from "../src/runs/run-nightly.ts";
import { aldyn } from "./support/command-line.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

/** What a command with --json prints, which must be one JSON value and nothing else, and what it says beside it. */
async function json<T>(...words: string[]): Promise<{ value: T; stderr: string }> {
  const { status, stdout, stderr } = await aldyn([...words, "--json"]);
  expect(status, stderr).toBe(0);
  return { value: JSON.parse(stdout) as T, stderr };
}

test("every command takes --json", async () => {
  const program = new Command();
  for (const file of Object.values(commandFiles)) (await file()).register(program);
  const leaves = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leaves));
  const all = leaves(program);
  expect(all.length).toBeGreaterThan(18);
  expect(all.filter((each) => !each.options.some((option) => option.long === "--json")).map((each) => each.name())).toEqual([]);
});

test("docs names the documents that it wrote", async () => {
  const { value } = await json<{ written: string[] }>("docs", "--out", root);
  expect(value.written).toEqual(Object.keys(documents));
  for (const path of value.written) expect(readFileSync(join(root, path), "utf8")).toMatch(/^# /);
});

describe("the demo", () => {
  const data = join(root, "var");

  test("gives the list, the run, the model and the files; what it has to tell besides goes to standard error", async () => {
    const { value, stderr } = await json<{
      list: List;
      run: NightlyResult;
      model: { id: string };
      not_promoted: string[];
      files: Record<string, string>;
    }>("demo", "--households", "600", "--months", "36", "--data", data);
    expect(value.list.entries).toHaveLength(10);
    expect(value.run.run_id).toBe(value.list.run_id);
    expect(value.model.id).toMatch(/^[0-9a-f]{64}$/);
    expect(value.not_promoted).toBeInstanceOf(Array);
    expect(Object.values(value.files).filter((file) => !existsSync(file))).toEqual([]);
    expect(Object.keys(value.files)).toEqual(["workbook", "card", "report", "population"]);
    expect(stderr).toContain("public demonstration key");
  });

  test("list export of its list names the file and what is in it", async () => {
    const out = join(root, "list.csv");
    const { value } = await json<Record<string, unknown>>(
      "list",
      "export",
      "--data",
      data,
      "--format",
      "csv",
      "--out",
      out,
      "--limit",
      "7",
    );
    expect(value).toEqual({ out, format: "csv", list_id: expect.stringMatching(/^[0-9a-f]{64}$/), purpose: "outreach", entries: 7 });
    expect(readFileSync(out, "utf8").trim().split("\n").length).toBeGreaterThan(7);
  });

  test("bench api serves its households over and over, and every request is answered", async () => {
    const words = ["--households", "10000", "--seconds", "1", "--connections", "5", "--data", data];
    const { value } = await json<ApiBench & { households: number }>("bench", "api", ...words);
    expect(value.households).toBeGreaterThanOrEqual(10_000);
    for (const part of ["cold", "cold_at_half_rate", "repeated", "plain"] as const) {
      expect(value[part].failed).toBe(0);
      expect(value[part].requests).toBeGreaterThan(0);
    }
    expect(value.cold.requests + value.cold_at_half_rate.requests).toBeLessThanOrEqual(value.distinct_pages);
    expect(readdirSync(data).filter((name) => name.startsWith("bench-"))).toEqual([]);
  });
});
