import { accessSync, constants, existsSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../pipelines/nightly.ts";
import { historyColumns } from "../contract/ddl.ts";
import { storedName } from "../contract/table.ts";
import { contractTables } from "../contract/tables.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { endedRuns } from "./alert.ts";
import { operations } from "./doctor-store.ts";
import { readReceipt, runIds } from "./ledger.ts";
import { monitoringWarnings, sayFallback } from "./monitoring-report.ts";
import { stateOf } from "./requests.ts";

/** One finding: what was looked at, whether it is sound, and what to do when it is not. */
export interface Finding {
  check: string;
  state: "ok" | "note" | "wrong";
  detail: string;
  fix?: string;
}

/** Looks over an installation and its data directory; changes nothing but an empty data directory that it may create. */
export async function examine(data: DataDirectory, deploymentFile: string): Promise<Finding[]> {
  return [
    nodeVersion(),
    directory(data),
    attempt("deployment", () => `${readDeployment(deploymentFile).country}, ${deploymentFile}`, "mend the file as the message says"),
    ...(await warehouse(data)),
    ...(await operations(data)),
    unfinishedRuns(data),
    monitored(data),
    pseudonymKey(),
  ];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isSound = major > 20 || (major === 20 && minor >= 19);
  return {
    check: "Node",
    state: isSound ? "ok" : "wrong",
    detail: process.versions.node,
    ...(isSound ? {} : { fix: "install Node 20.19 or later" }),
  };
}

function directory(data: DataDirectory): Finding {
  try {
    mkdirSync(data.root, { recursive: true });
    accessSync(data.root, constants.W_OK);
    const disk = statfsSync(data.root);
    const freeGb = (disk.bavail * disk.bsize) / 2 ** 30;
    const detail = `${data.root}, ${freeGb.toFixed(0)} GB free`;
    return freeGb < 2
      ? { check: "data directory", state: "note", detail, fix: "a run of 100,000 households wants 2 GB; make room" }
      : { check: "data directory", state: "ok", detail };
  } catch (error) {
    return {
      check: "data directory",
      state: "wrong",
      detail: (error as Error).message,
      fix: "name a directory that can be written with --data or ALDYN_DATA",
    };
  }
}

async function warehouse(data: DataDirectory): Promise<Finding[]> {
  if (!existsSync(data.warehouse))
    return [{ check: "warehouse", state: "note", detail: "nothing has been loaded yet", fix: "npx aldyn ingest --source FILE.yaml" }];
  try {
    const session = await openKnown(data, { waitSeconds: 5 });
    try {
      return [await loads(session), await columns(session), await identities(session)];
    } finally {
      session.close();
    }
  } catch (error) {
    return [
      {
        check: "warehouse",
        state: "wrong",
        detail: (error as Error).message,
        fix: "wait for its holder to end, or restore the file from a backup",
      },
    ];
  }
}

async function loads(session: Session): Promise<Finding> {
  const { number, newest } = await session.row<{ number: number; newest: string | null }>(
    "select count(*)::integer as number, max(newest_recorded_at) as newest from load",
  );
  if (number === 0) return { check: "loads", state: "note", detail: "the warehouse is empty", fix: "npx aldyn ingest --source FILE.yaml" };
  return { check: "loads", state: "ok", detail: `${number} loads, newest row recorded ${newest}` };
}

async function columns(session: Session): Promise<Finding> {
  const found = await session.rows<{ name: string }>(
    "select table_name || '.' || column_name as name from duckdb_columns() where not internal and database_name = current_database()",
  );
  const names = new Set(found.map((row) => row.name));
  const wanted = contractTables.flatMap((table) => [
    ...Object.entries(table.columns).map(([name, schema]) => `${table.name}.${storedName(name, schema)}`),
    ...historyColumns.map(([name]) => `${table.name}.${name}`),
  ]);
  const missing = wanted.filter((name) => !names.has(name));
  if (missing.length === 0) return { check: "contract", state: "ok", detail: `${contractTables.length} tables, ${wanted.length} columns` };
  return {
    check: "contract",
    state: "wrong",
    detail: `columns missing: ${missing.join(", ")}`,
    fix: "the warehouse was made by another version; load the sources into a new data directory",
  };
}

async function identities(session: Session): Promise<Finding> {
  const doubled = await session.row<{ households: number; persons: number }>(
    `select (select count(*) - count(distinct household_id) + count(*) - count(distinct household_key) from identity_household)::integer as households,
       (select count(*) - count(distinct person_id) + count(*) - count(distinct person_key) from identity_person)::integer as persons`,
  );
  if (doubled.households + doubled.persons === 0) return { check: "identities", state: "ok", detail: "every pseudonym has one key" };
  return {
    check: "identities",
    state: "wrong",
    detail: `doubled: ${doubled.households} households, ${doubled.persons} persons`,
    fix: "restore the warehouse from a backup",
  };
}

function unfinishedRuns(data: DataDirectory): Finding {
  // A run that an earlier version finished lacks the steps that have come since.
  const unfinished = runIds(data).filter(
    (run) => stateOf(data, run) !== "finished" && nightly.steps.some((step) => readReceipt(join(data.runs, run), step.name) === undefined),
  );
  const leftovers = existsSync(data.runs) ? readdirSync(data.runs).filter((name) => name.startsWith("verify-")) : [];
  if (unfinished.length + leftovers.length === 0)
    return { check: "runs", state: "ok", detail: `${runIds(data).length} runs, all finished` };
  return {
    check: "runs",
    state: "note",
    detail: `${unfinished.length} unfinished, ${leftovers.length} leftovers of a verification that was cut short`,
    fix: `start the unfinished again (aldyn run nightly --as-of ...); remove ${leftovers.map((name) => join(data.runs, name)).join(" ") || "nothing"}`,
  };
}

function monitored(data: DataDirectory): Finding {
  const check = "monitoring";
  const [newest] = endedRuns(data);
  if (newest === undefined) return { check, state: "ok", detail: "no run has ended yet" };
  if (newest.fallback !== undefined)
    return {
      check,
      state: "wrong",
      detail: sayFallback(newest.fallback),
      fix: `npx aldyn model monitor ${newest.fallback.id.slice(0, 12)}; then promote another (npx aldyn model promote ID --why "..."), or decide for this one again: npx aldyn model off --why "...", then on`,
    };
  const warnings = monitoringWarnings(data, newest.run_id);
  if (warnings.length === 0) return { check, state: "ok", detail: `nothing to look at in the run of ${newest.as_of}` };
  return { check, state: "note", detail: `run of ${newest.as_of}: ${warnings.join("; ")}`, fix: "npx aldyn model monitor" };
}

function pseudonymKey(): Finding {
  const key = process.env["ALDYN_PSEUDONYM_KEY"];
  if (key === undefined)
    return {
      check: "pseudonym key",
      state: "note",
      detail: "ALDYN_PSEUDONYM_KEY is not set",
      fix: "sources of real registers need it: openssl rand -hex 32",
    };
  const isSound = /^[0-9a-f]{64}$/i.test(key);
  return {
    check: "pseudonym key",
    state: isSound ? "ok" : "wrong",
    detail: isSound ? "set" : "set, but not 64 hexadecimal digits",
    ...(isSound ? {} : { fix: "openssl rand -hex 32" }),
  };
}

function attempt(check: string, look: () => string, fix: string): Finding {
  try {
    return { check, state: "ok", detail: look() };
  } catch (error) {
    return { check, state: "wrong", detail: (error as Error).message, fix };
  }
}
