import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openStore } from "../src/cases/open-store.ts";
import { promotions } from "../src/cases/promotions.ts";
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
    expect(await promotions(store)).toMatchObject([
      { id: listed[0].id, who: "analyst", why: "trial in one district" },
      { id: null, why: "back to the rules" },
    ]);
    const audited = await store.rows("select action, objects, outcome from audit join audit_writer using (writer) order by number");
    expect(audited).toEqual([
      { action: "aldyn model promote", objects: [listed[0].id], outcome: "ok" },
      { action: "aldyn model promote", objects: ["none"], outcome: "ok" },
    ]);
    expect(await verifyAudit(store)).toMatchObject({ writers: 2, records: 2, faults: [] });
    await store.close();
  });
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
