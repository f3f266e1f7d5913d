import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Batch, lastingKey, passingKey, Spool } from "../src/sources/pull/spool.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const key = passingKey();
const batches: Batch[] = ["one", "two", "six"].map((value) => ({ columns: ["a"], rows: [[value]] }));
const always = () => true;

/** A spool of three batches of the same length, left behind by a process. */
async function left(name: string): Promise<{ path: string; frames: Buffer[] }> {
  const path = join(root, name, "spool");
  const spool = await Spool.open(path, key, "header", always);
  const ends = [statSync(path).size];
  for (const batch of batches) {
    await spool.append(batch);
    ends.push(statSync(path).size);
  }
  await spool.leave();
  const bytes = readFileSync(path);
  return { path, frames: ends.map((end, nth) => bytes.subarray(ends[nth - 1] ?? 0, end)) };
}

/** The rows that a spool still has when it is opened again. */
async function recalled(path: string, withKey = key): Promise<string[]> {
  const spool = await Spool.open(path, withKey, "header", always);
  const rows = await Promise.all(spool.notes.map((_, batch) => spool.rowsOf(batch)));
  await spool.leave();
  return rows;
}
const rowsOf = (all: readonly Batch[]) => all.map(({ rows }) => JSON.stringify(rows));

test("a spool goes on where it was left; nobody else may read it, and the same rows never look alike", async () => {
  const { path, frames } = await left("whole");
  expect(await recalled(path)).toEqual(rowsOf(batches));
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  const other = await left("other");
  for (const nth of [0, 1, 2, 3]) {
    const nonces = [frames, other.frames].map((each) => (each[nth] as Buffer).subarray(4, 16).toString("hex"));
    expect(new Set(nonces).size).toBe(2);
  }
});

test("batches that changed places, or came from another place, are not taken", async () => {
  const { path, frames } = await left("mixed");
  const [header, one, two, six] = frames as [Buffer, Buffer, Buffer, Buffer];
  writeFileSync(path, Buffer.concat([header, one, six, two]));
  expect(await recalled(path)).toEqual(rowsOf(batches.slice(0, 1)));
  writeFileSync(path, Buffer.concat([header, two, two, six]));
  expect(await recalled(path)).toEqual([]);
});

test("what follows the last whole batch is cut off; a spool that is begun anew has nothing of the old one", async () => {
  const { path, frames } = await left("cut");
  const whole = Buffer.concat(frames);
  writeFileSync(path, whole.subarray(0, -1));
  expect(await recalled(path)).toEqual(rowsOf(batches.slice(0, 2)));
  expect(statSync(path).size).toBe(whole.length - (frames.at(-1) as Buffer).length);
  writeFileSync(path, whole);
  const anew = await Spool.open(path, key, "header", () => false);
  expect([anew.notes, statSync(path).size]).toEqual([[], (frames[0] as Buffer).length]);
  await anew.append(batches[0] as Batch);
  await anew.restart("header");
  expect([anew.notes, statSync(path).size]).toEqual([[], (frames[0] as Buffer).length]);
  await anew.discard();
});

test("a batch that cannot be read is an error, and one with another key is none", async () => {
  const { path } = await left("unreadable");
  const spool = await Spool.open(path, key, "header", always);
  writeFileSync(path, "");
  await expect(spool.rowsOf(0)).rejects.toThrow("batch 0 of the spool");
  await spool.leave();
  expect(await recalled((await left("foreign")).path, passingKey())).toEqual([]);
});

test("the key that lasts is made from the pseudonyms' key and is not that key; one that passes is never the same", () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  expect(hex(lastingKey(key))).toBe(hex(lastingKey(key)));
  expect([hex(key), hex(lastingKey(passingKey()))]).not.toContain(hex(lastingKey(key)));
  expect(passingKey()).not.toEqual(passingKey());
});
