import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type ApiBench, benchApi } from "../bench/api.ts";
import type { Load } from "../bench/load.ts";
import { makeWideRun } from "../bench/wide-run.ts";
import { publishedId } from "../lists/published.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { registerSimulate } from "./bench-simulate.ts";
import { registerTrain } from "./bench-train.ts";
import { print, type Register, wholeNumber } from "./command.ts";
import { type RunFlags, runSettings, withRunOptions } from "./options.ts";
import { progressLine } from "./progress.ts";

interface Flags extends RunFlags {
  households: string;
  seconds: string;
  connections: string;
}

export const register: Register = (program: Command) => {
  const bench = program.command("bench").description("measure this machine and this version; nothing is kept");
  withRunOptions(bench.command("api").description("pages of a published run of many households, beside a plain route of the same size"))
    .option(
      "--households <n>",
      "households of the run that is served; those of the data directory's published run, over and over",
      "1000000",
    )
    .option("--seconds <n>", "of each part", "15")
    .option("--connections <n>", "clients at once", "50")
    .action(api);
  registerTrain(bench);
  registerSimulate(bench);
};

async function api(flags: Flags): Promise<void> {
  const from = dataDirectory(flags.data);
  const households = wholeNumber("--households", flags.households, 1_000, 10_000_000);
  const seconds = wholeNumber("--seconds", flags.seconds, 1, 600);
  const connections = wholeNumber("--connections", flags.connections, 1, 1_000);
  const line = progressLine();
  const data = dataDirectory(mkdtempSync(join(from.root, "bench-")));
  try {
    line.show(`publishing a run of ${households.toLocaleString("en")} households`);
    const place = { ...runSettings(flags), data, now: () => new Date() };
    const wide = await makeWideRun(from, publishedId(from), households, place);
    const result = await benchApi({ data: data.root, seconds, connections, onPart: (words) => line.show(words) });
    line.done();
    print({ households: wide.households, ...result }, flags, () => describe(wide.households, result));
  } finally {
    line.done();
    rmSync(data.root, { recursive: true, force: true });
  }
}

function describe(households: number, { distinct_pages, cold, cold_at_half_rate, repeated, plain, repeated_to_plain }: ApiBench): string {
  const row = (name: string, load: Load) =>
    `  ${name.padEnd(34)}${load.rate.toFixed(0).padStart(8)}/s   p50 ${load.p50_ms.toFixed(1).padStart(6)} ms   p99 ${load.p99_ms.toFixed(1).padStart(6)} ms (of all ${load.whole_p99_ms.toFixed(0)}, at worst ${load.worst_p99_ms.toFixed(0)})   ${load.requests} requests, ${load.failed} failed`;
  return [
    `A published run of ${households.toLocaleString("en")} households, ${distinct_pages.toLocaleString("en")} distinct pages of 50 entries (${cold.bytes_per_reply.toLocaleString("en")} bytes)`,
    row("distinct pages", cold),
    row("distinct pages at half that rate", cold_at_half_rate),
    row("repeated pages", repeated),
    row("plain route of the same size", plain),
    `  repeated pages run at ${repeated_to_plain.toFixed(2)} of the plain route's rate`,
  ].join("\n");
}
