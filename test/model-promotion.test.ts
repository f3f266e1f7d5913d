import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { modelEvents } from "../src/cases/model-states.ts";
import { openStore } from "../src/cases/open-store.ts";
import { verifyAudit } from "../src/cases/verify-audit.ts";
import { storeModel, writeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { aldyn } from "./support/model-command.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const at = (name: string) => join(root, name);

describe("list, verify, promote", () => {
  test("a promoted model is in the store, verified, listed as champion, and logged with its reason", async () => {
    const data = at("data");
    await putEmptyStore(dataDirectory(data));
    writeModel(packModel(smallModel, smallStatement), at("promotable"));
    const promoted = await aldyn("promote", at("promotable"), "--why", "trial in one district", "--who", "analyst", "--data", data);
    expect(promoted.problem).toBe("");
    const listed = JSON.parse((await aldyn("list", "--data", data, "--json")).out).filter((model: { champion: boolean }) => model.champion);
    expect(listed).toMatchObject([{ name: "small", label: "hardship_entry_6m", rows: 100 }]);
    expect((await aldyn("verify", listed[0].id.slice(0, 10), "--data", data)).out).toContain("file and manifest agree");
    expect((await aldyn("promote", "none", "--why", "back to the rules", "--data", data)).out).toContain("No model is champion now");
    expect(JSON.parse((await aldyn("list", "--data", data, "--json")).out).some((model: { champion: boolean }) => model.champion)).toBe(
      false,
    );
    const store = await openStore({ data: dataDirectory(data), create: false });
    expect(await modelEvents(store)).toMatchObject([
      { action: "promote", model_id: listed[0].id, from: "candidate", to: "champion", who: "analyst", why: "trial in one district" },
      { action: "off", model_id: listed[0].id, from: "champion", to: "candidate", why: "back to the rules" },
    ]);
    const audited = await store.rows("select action, objects, outcome from audit join audit_writer using (writer) order by number");
    expect(audited).toEqual([
      { action: "aldyn model promote", objects: [listed[0].id], outcome: "ok" },
      { action: "aldyn model off", objects: [listed[0].id], outcome: "ok" },
    ]);
    expect(await verifyAudit(store)).toMatchObject({ writers: 2, records: 2, faults: [] });
    await store.close();
  });
});

test("shadow, promote, rollback, off, on, retire and history by command; what cannot be done says what to type", async () => {
  const data = at("life");
  await putEmptyStore(dataDirectory(data));
  const [first, second] = [-2, -3].map(
    (base) => storeModel(dataDirectory(data), packModel({ ...smallModel, base }, smallStatement)).manifest.id,
  ) as [string, string];
  const run = (...words: string[]) => aldyn(...words, "--data", data, "--json");
  const decide = (...words: string[]) => run(...words, "--why", "trial", "--who", "analyst");
  expect(await run("promote", first)).toMatchObject({
    code: 2,
    problem: expect.stringContaining('aldyn model promote ... --why "the reason"'),
  });
  expect(await decide("rollback")).toMatchObject({ code: 1, problem: expect.stringContaining("no champion before this one") });
  for (const words of [
    ["shadow", second],
    ["promote", first],
    ["promote", second.slice(0, 10)],
    ["rollback"],
    ["off"],
    ["on"],
    ["retire", second],
  ])
    expect(await decide(...words), words.join(" ")).toMatchObject({ code: 0, problem: "" });
  const listed = JSON.parse((await run("list")).out) as { id: string; state: string; since: string | null; by: string | null }[];
  expect(listed.find(({ id }) => id === first)).toMatchObject({ state: "champion", by: "analyst", since: expect.stringMatching(/^20/) });
  expect(listed.find(({ id }) => id === second)).toMatchObject({ state: "retired" });
  expect((await aldyn("list", "--data", data)).out).toMatch(new RegExp(`${first.slice(0, 12)}.*champion since 20.* by analyst`));
  const history = JSON.parse((await run("history", second)).out) as { action: string; from: string; to: string; why: string }[];
  expect(history.map(({ action, from, to }) => [action, from, to])).toEqual([
    ["shadow", "candidate", "shadow"],
    ["promote", "shadow", "champion"],
    ["rollback", "champion", "candidate"],
    ["retire", "candidate", "retired"],
  ]);
  expect(JSON.parse((await run("history")).out)).toHaveLength(9);
  expect((await aldyn("history", "--data", data)).out).toContain("trial");
});

test("a broken model is listed with the reason beside the sound ones, and the command fails", async () => {
  const data = dataDirectory(at("half-broken"));
  const sound = storeModel(data, packModel(smallModel, smallStatement)).manifest.id;
  const broken = storeModel(data, packModel({ ...smallModel, base: -3 }, smallStatement)).manifest.id;
  rmSync(join(data.models, broken, "model.onnx"));
  const { code, out, problem } = await aldyn("list", "--data", data.root);
  expect(existsSync(join(data.root, "store"))).toBe(false);
  const line = (id: string) => out.split("\n").find((each) => each.startsWith(id.slice(0, 12)));
  expect(line(sound)).toContain("small  hardship_entry_6m");
  expect(line(broken)).toMatch(/broken: .*model\.onnx is missing/);
  expect({ code, problem }).toEqual({ code: 1, problem: expect.stringContaining("1 of ") });
});
