import type { Command } from "commander";
import { type AuditVerification, verifyAudit } from "../cases/verify-audit.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, type Register } from "./command.ts";
import { withStoreIfAny } from "./store.ts";

export const register: Register = (program: Command) => {
  program
    .command("audit")
    .description("the record of who did what")
    .command("verify")
    .description("recompute the chains of the audit; exits 1 when a record was changed, removed or moved")
    .option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)")
    .addOption(jsonOption)
    .action(async (flags: JsonFlag & { data?: string }) => {
      const nothing: AuditVerification = { writers: 0, records: 0, faults: [], stopped: false };
      const found = await withStoreIfAny(dataDirectory(flags.data), "aldyn audit verify", async (store) =>
        store === undefined ? nothing : verifyAudit(store),
      );
      print(found, flags, () => describe(found));
      if (found.faults.length > 0) process.exitCode = 1;
    });
};

function describe({ writers, records, faults, stopped }: AuditVerification): string {
  if (faults.length === 0) return `The audit is whole: ${records} records of ${writers} writers.`;
  const lines = faults.map(({ writer, sequence, fault, detail }) => {
    return `  ${writer}${sequence === null ? "" : ` ${sequence}`}: ${fault.replace("_", " ")}; ${detail}`;
  });
  const more = stopped ? ["  and more: the search stopped here"] : [];
  return [`The audit is NOT whole: ${faults.length} faults among ${records} records of ${writers} writers.`, ...lines, ...more].join("\n");
}
