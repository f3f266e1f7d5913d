import { cpSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../src/cases/open-store.ts";
import { type DataDirectory, dataDirectory } from "../../src/warehouse/data-directory.ts";
import { madeOnce } from "./made-once.ts";

/** Gives a data directory an embedded store in which nothing is, copied from one that was made once: making one takes ten seconds. */
export async function putEmptyStore(data: DataDirectory): Promise<void> {
  const made = await madeOnce("empty-store", async (directory) => (await openStore({ data: dataDirectory(directory) })).close());
  cpSync(join(made, "store"), join(data.root, "store"), { recursive: true });
}
