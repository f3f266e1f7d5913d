// Writes audit records, fifty at a time, for ever, and prints each one's object once it is acknowledged. Arguments: data directory, and
// the address of a PostgreSQL when the store is one.
import { writeSync } from "node:fs";
import { openAudit } from "../../src/cases/audit.ts";
import { openStore } from "../../src/cases/open-store.ts";
import { dataDirectory } from "../../src/warehouse/data-directory.ts";

const [root, databaseUrl] = process.argv.slice(2);
const store = await openStore({ data: dataDirectory(root), databaseUrl });
const audit = await openAudit(store, { now: () => new Date() });
await Promise.all(
  Array.from({ length: 50 }, async (_, client) => {
    for (let number = 0; ; number++) {
      const object = `${client}-${number}`;
      const about = { principal_id: "trial", role: "admin", areas: ["61"], purpose: null, status: 200 } as const;
      await audit.record({ ...about, action: "GET /v1/lists", objects: [object], outcome: "ok" });
      writeSync(1, `${object}\n`);
    }
  }),
);
