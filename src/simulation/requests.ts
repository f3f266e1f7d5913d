import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { writeWhole } from "../runs/run-pipeline.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Change } from "./change.ts";
import { isKept } from "./kept.ts";

/** What was asked of a service, as it is kept beside the result to come. */
export interface KeptRequest {
  change: Change;
  days: readonly IsoDate[];
  sample: number;
  /** The last load that counts. */
  snapshot: number;
}

const fileOf = (data: DataDirectory, id: string, name: "request.json" | "failure.json" | "begun") => join(data.simulations, id, name);

/** Keeps a request on disk before anybody is told that it is taken. An earlier failure of it is forgotten. */
export function keepRequest(data: DataDirectory, id: string, { change, days, sample, snapshot }: KeptRequest): void {
  mkdirSync(join(data.simulations, id), { recursive: true });
  writeWhole(fileOf(data, id, "request.json"), canonicalJson({ change, days, sample, snapshot }));
  for (const name of ["failure.json", "begun"] as const) rmSync(fileOf(data, id, name), { force: true });
}

/** The request of an id; undefined when nobody asked a service for it. */
export function keptRequest(data: DataDirectory, id: string): KeptRequest | undefined {
  const file = fileOf(data, id, "request.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KeptRequest) : undefined;
}

/** Ids of the requests that have neither a result nor a failure, in order. */
export function openRequests(data: DataDirectory): string[] {
  if (!existsSync(data.simulations)) return [];
  const isOpen = (id: string) => /^[0-9a-f]{32}$/.test(id) && existsSync(fileOf(data, id, "request.json"));
  return readdirSync(data.simulations)
    .filter((id) => isOpen(id) && !isKept(data, id) && failureOf(data, id) === undefined)
    .sort();
}

/** Enters that work on a request begins. Returns how often it has begun. */
export function enterBegin(data: DataDirectory, id: string): number {
  appendFileSync(fileOf(data, id, "begun"), ".");
  return readFileSync(fileOf(data, id, "begun"), "utf8").length;
}

/** Keeps why a request failed, in words for who asked. */
export function keepFailure(data: DataDirectory, id: string, error: string): void {
  writeWhole(fileOf(data, id, "failure.json"), canonicalJson({ error }));
}

/** Why a request failed; undefined when it did not. */
export function failureOf(data: DataDirectory, id: string): string | undefined {
  const file = fileOf(data, id, "failure.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { error: string }).error : undefined;
}
