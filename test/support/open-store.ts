// Opens the embedded store of a data directory in a process of its own, and closes it. Argument: data directory.
import { openStore } from "../../src/cases/open-store.ts";
import { dataDirectory } from "../../src/warehouse/data-directory.ts";

try {
  await (await openStore({ data: dataDirectory(process.argv[2]), doing: "a process of its own" })).close();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
