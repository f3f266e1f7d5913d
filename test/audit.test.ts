import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { type Audit, openAudit } from "../src/cases/audit.ts";
import { type AuditEntry, type AuditRecord, cleaned, hashOfHead, hashOfOpening, hashOfRecord } from "../src/cases/audit-record.ts";
import { openStore } from "../src/cases/open-store.ts";
import type { Rows, Store } from "../src/cases/store.ts";
import { verifyAudit } from "../src/cases/verify-audit.ts";
import { startOf } from "./support/command-line.ts";
import { onBothStores, tamper } from "./support/stores.ts";

const now = () => new Date("2026-10-01T09:00:00.123Z");
const entry = (changed: Partial<AuditEntry> = {}): AuditEntry => ({
  principal_id: "0123456789abcdef",
  role: "social_worker",
  areas: ["61", "6110"],
  action: "GET /v1/lists/:id/entries",
  purpose: "үй аралау / визит",
  objects: ["a".repeat(64), "b".repeat(32)],
  outcome: "ok",
  status: 200,
  ...changed,
});

onBothStores((opened) => {
  const clear = () => tamper(opened.store, "truncate audit, audit_writer");
  const findings = async () => (await verifyAudit(opened.store)).faults.map(({ writer, sequence, fault }) => [writer, sequence, fault]);
  const written = async (writer: string, records: number, store: Store = opened.store): Promise<Audit> => {
    const audit = await openAudit(store, { writer, now });
    for (let index = 0; index < records; index++) await audit.record(entry({ objects: [`${writer}-${index + 1}`] }));
    return audit;
  };
  afterEach(clear);

  test("what was recorded is in the store when record() resolves, as it was said, and the chains verify", async () => {
    const audit = await openAudit(opened.store, { now });
    await audit.record(entry());
    await audit.record(entry({ principal_id: null, role: null, areas: [], purpose: null, objects: [], outcome: "denied", status: null }));
    const [first, second] = await opened.store.rows<AuditRecord>("select * from audit order by sequence");
    expect(first).toMatchObject({ sequence: 1, at: "2026-10-01T09:00:00.123Z", ...entry() });
    expect(second).toMatchObject({
      sequence: 2,
      principal_id: null,
      areas: [],
      outcome: "denied",
      status: null,
      previous_hash: first!.hash,
    });
    expect(await verifyAudit(opened.store)).toEqual({ writers: 1, records: 2, faults: [], stopped: false });
  });

  test("records that come at once go together into one statement, in their order", async () => {
    let statements = 0;
    const counting: Store = {
      ...opened.store,
      rows: (sql, values) => {
        statements += 1;
        return opened.store.rows(sql, values);
      },
    };
    const audit = await openAudit(counting, { now });
    statements = 0;
    await Promise.all(Array.from({ length: 100 }, (_, index) => audit.record(entry({ objects: [`r${index}`] }))));
    expect(statements).toBe(1);
    const objects = await opened.store.rows<{ objects: string[] }>("select objects from audit order by sequence");
    expect(objects.map((row) => row.objects[0])).toEqual(Array.from({ length: 100 }, (_, index) => `r${index}`));
    expect(await findings()).toEqual([]);
  });

  test("a record that was not committed is refused, and the next one follows the last that was", async () => {
    let failing: "before" | "after" | undefined;
    const failingStore: Store = {
      ...opened.store,
      rows: <T>(sql: string, values?: unknown[]) => {
        const isWriting = sql.includes("audit_append");
        return opened.store
          .transaction(async (transaction: Rows) => {
            const done = await transaction.rows<T & Record<string, unknown>>(sql, values);
            if (failing === "before" && isWriting) throw new Error("cut before the commit");
            return done;
          })
          .then((result) => {
            if (failing === "after" && isWriting) throw new Error("cut before the answer");
            return result;
          });
      },
    };
    const audit = await written("w", 1, failingStore);
    failing = "before";
    await expect(audit.record(entry({ objects: ["lost"] }))).rejects.toThrow("cut before the commit");
    failing = "after";
    await expect(audit.record(entry({ objects: ["kept-unanswered"] }))).rejects.toThrow("cut before the answer");
    failing = undefined;
    await audit.record(entry({ objects: ["last"] }));
    const objects = await opened.store.rows<{ objects: string[] }>("select objects from audit order by sequence");
    expect(objects.map((row) => row.objects[0])).toEqual(["w-1", "kept-unanswered", "last"]);
    expect(await findings()).toEqual([]);
  });

  test.runIf(opened.kind === "postgresql")("while the server is away records are refused, when it is back they are kept", async () => {
    const postgres = opened.postgres!;
    const audit = await written("w", 2);
    await postgres.restart("immediate", async () => {
      await expect(audit.record(entry())).rejects.toThrow("ECONNREFUSED");
    });
    await audit.record(entry());
    expect((await verifyAudit(opened.store)).faults).toEqual([]);
    expect((await opened.store.rows("select 1 from audit")).length).toBe(3);
  });

  test("a closed audit waits for its records and takes no more", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = false;
    const audit = await written("w", 0, {
      ...opened.store,
      rows: async (sql, values) => {
        if (isHeld) await gate;
        return opened.store.rows(sql, values);
      },
    });
    isHeld = true;
    const order: string[] = [];
    const recorded = audit.record(entry()).then(() => order.push("recorded"));
    const closed = audit.close().then(() => order.push("closed"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    release();
    await Promise.all([recorded, closed]);
    expect(order).toEqual(["recorded", "closed"]);
    expect(await opened.store.rows("select sequence from audit")).toEqual([{ sequence: 1 }]);
    await expect(audit.record(entry())).rejects.toThrow("closed");
  });

  test("two processes never share a chain", async () => {
    await written("w", 1);
    await expect(openAudit(opened.store, { writer: "w", now })).rejects.toThrow("has a writer w already");
    const others = await Promise.all(Array.from({ length: 8 }, () => openAudit(opened.store, { now })));
    await Promise.all(others.map((audit) => audit.record(entry())));
    expect(await verifyAudit(opened.store)).toMatchObject({ writers: 9, records: 9, faults: [] });
  });

  test("a writer whose head was moved by another one stops", async () => {
    const audit = await written("w", 2);
    await tamper(opened.store, "update audit_writer set sequence = 7");
    await expect(audit.record(entry())).rejects.toThrow("another process writes to it");
  });

  describe("verify finds", () => {
    const rehashed = async (sequence: number, changed: Partial<AuditRecord>) => {
      const [record] = await opened.store.rows<AuditRecord>(
        `select writer, sequence, at, principal_id, role, areas, action, purpose, objects, outcome, status, previous_hash, hash from audit where writer = 'w' and sequence = ${sequence}`,
      );
      return hashOfRecord({ ...record!, ...changed });
    };

    test.each([
      ["who", "principal_id = 'ffffffffffffffff'"],
      ["the role", "role = 'admin'"],
      ["the areas", `areas = '["61"]'`],
      ["the order of the areas", `areas = '["6110", "61"]'`],
      ["the action", "action = 'GET /v1/areas'"],
      ["the purpose", "purpose = null"],
      ["the objects", "objects = '[]'"],
      ["the outcome", "outcome = 'failed'"],
      ["the status", "status = 500"],
      ["the time", "at = at + interval '1 millisecond'"],
    ])("a record of which %s was changed", async (_, change) => {
      await written("w", 5);
      await tamper(opened.store, `update audit set ${change} where writer = 'w' and sequence = 3`);
      expect(await findings()).toEqual([["w", 3, "changed"]]);
    });

    test("a record changed together with its hash, first, in the middle and last", async () => {
      for (const sequence of [1, 3, 5]) {
        await written("w", 5);
        const hash = await rehashed(sequence, { outcome: "failed" });
        await tamper(opened.store, `update audit set outcome = 'failed', hash = '${hash}' where sequence = ${sequence}`);
        expect(await findings()).toEqual([["w", sequence, "changed"]]);
        await clear();
      }
    });

    test("records taken out: the first, one of the middle, several", async () => {
      for (const [gone, first] of [
        ["1", 1],
        ["3", 3],
        ["2, 3, 4", 2],
      ] as const) {
        await written("w", 5);
        await tamper(opened.store, `delete from audit where sequence in (${gone})`);
        expect(await findings()).toEqual([["w", first, "missing"]]);
        await clear();
      }
    });

    test("a record taken out and the others moved up", async () => {
      await written("w", 5);
      await tamper(opened.store, "delete from audit where sequence = 3", "update audit set sequence = sequence - 1 where sequence > 3");
      const found = await findings();
      expect(found).toContainEqual(["w", 3, "changed"]);
      expect(found).toContainEqual(["w", 5, "cut_off"]);
    });

    test("two records that changed places", async () => {
      await written("w", 5);
      await tamper(
        opened.store,
        "update audit set sequence = 99 where sequence = 3",
        "update audit set sequence = 3 where sequence = 4",
        "update audit set sequence = 4 where sequence = 99",
      );
      expect((await findings()).slice(0, 2)).toEqual([
        ["w", 3, "reordered"],
        ["w", 4, "reordered"],
      ]);
    });

    test("the last records cut off, all of them too", async () => {
      for (const [from, first] of [
        [5, 5],
        [4, 4],
        [1, 1],
      ] as const) {
        await written("w", 5);
        await tamper(opened.store, `delete from audit where sequence >= ${from}`);
        expect(await findings()).toEqual([["w", first, "cut_off"]]);
        await clear();
      }
    });

    test("the last record cut off and the head set back, when its hash was not made anew", async () => {
      await written("w", 5);
      await tamper(
        opened.store,
        "delete from audit where sequence = 5",
        "update audit_writer set sequence = 4, hash = (select hash from audit where sequence = 4)",
      );
      expect(await findings()).toEqual([["w", null, "changed"]]);
    });

    test("a record added behind the head", async () => {
      await written("w", 2);
      await tamper(
        opened.store,
        "insert into audit select writer, 3, at, principal_id, role, areas, action, purpose, objects, outcome, status, hash, hash from audit where sequence = 2",
      );
      expect((await findings()).at(-1)).toEqual(["w", 3, "added"]);
    });

    test("a writer taken out with its records, and one whose own row is gone", async () => {
      for (const writer of ["a", "b", "c"]) await written(writer, 2);
      await tamper(opened.store, "delete from audit where writer = 'b'", "delete from audit_writer where writer = 'b'");
      expect(await findings()).toEqual([["c", null, "missing"]]);
      await tamper(opened.store, "delete from audit_writer where writer = 'c'");
      expect(await findings()).toEqual([["c", null, "missing"]]);
    });

    test("a writer that was opened at another time than it says", async () => {
      await written("w", 1);
      await tamper(opened.store, "update audit_writer set opened_at = opened_at + interval '1 day'");
      expect(await findings()).toEqual([["w", null, "changed"]]);
    });

    test("faults of one writer only, though all are looked at", async () => {
      await written("a", 3);
      await written("b", 3);
      await tamper(opened.store, "update audit set status = 500 where writer = 'a' and sequence = 2");
      expect(await verifyAudit(opened.store)).toMatchObject({
        writers: 2,
        records: 6,
        faults: [{ writer: "a", sequence: 2, fault: "changed" }],
      });
    });

    test("so much that it stops, when everything was overwritten", async () => {
      const audit = await written("w", 0);
      await Promise.all(Array.from({ length: 150 }, () => audit.record(entry())));
      await tamper(opened.store, "update audit set status = 500");
      const { faults, stopped } = await verifyAudit(opened.store);
      expect({ faults: faults.length, stopped }).toEqual({ faults: 100, stopped: true });
    });
  });
});

onBothStores((opened) => {
  test("a process killed in the middle of its records: the chain verifies, and every record that was acknowledged is there", async () => {
    const { data, postgres } = opened;
    if (postgres === undefined) await opened.store.close();
    const child = spawn(
      process.execPath,
      [...startOf("test/support/write-audit.ts"), data.root, ...(postgres === undefined ? [] : [postgres.url])],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 300) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");

    opened.store = postgres === undefined ? await openStore({ data }) : opened.store;
    const kept = await opened.store.rows<{ object: string }>("select objects ->> 0 as object from audit");
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    const there = new Set(kept.map(({ object }) => object));
    expect(acknowledged.filter((object) => !there.has(object))).toEqual([]);
    expect(await verifyAudit(opened.store)).toMatchObject({ writers: 1, faults: [] });
  });
});

describe("a record", () => {
  test("holds ids only: a person's number is struck out, other texts are no objects", () => {
    const kept = cleaned(
      entry({
        objects: ["870101300123", "run-1", "Алия Серікқызы", "a b", "x".repeat(129), "8701013001234", `${"c".repeat(20)}870101300123`],
        purpose: "visit to 870101300123,\nsee\u0000 note \ud800",
        action: "GET /v1/households/:id",
      }),
    );
    expect(kept.objects).toEqual([
      "************",
      "run-1",
      "(not an id)",
      "(not an id)",
      "(not an id)",
      "8701013001234",
      `${"c".repeat(20)}870101300123`,
    ]);
    expect(kept.purpose).toBe("visit to ************, see  note  ");
  });

  test("is bounded, without cutting a sign in two", () => {
    const { purpose, objects } = cleaned(entry({ purpose: `${"x".repeat(499)}😀`, objects: Array.from({ length: 5000 }, () => "r") }));
    expect(purpose).toBe(`${"x".repeat(499)} `);
    expect(objects).toHaveLength(1000);
  });

  test("has the hash that another program computes", () => {
    // python3: hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    const record: AuditRecord = {
      writer: "w",
      sequence: 1,
      at: "2026-10-01T09:00:00.123Z",
      ...entry(),
      previous_hash: "0".repeat(64),
      hash: "",
    };
    expect(hashOfRecord(record)).toBe("764493035ac6518d04123c3b6b002c34765fa1a0eaddfbfeb47b999b03300bbb");
    expect(hashOfOpening({ number: 1, writer: "w", opened_at: "2026-10-01T09:00:00.123Z", previous_hash: "0".repeat(64) })).toBe(
      "c19c67c73631c00529cf85eec2fa23eafdcf24786b36d578389b8fd28808707b",
    );
    expect(hashOfHead({ writer: "w", sequence: 1, hash: "f".repeat(64) })).toBe(
      "74b856b2e86abe596f0ff8d414350e597119906e7ed254196e4f5bcd7c8f263a",
    );
  });
});
