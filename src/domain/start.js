// Where a process or a worker thread of TypeScript starts: its first argument names the module, from the project's root; the others are for that.
import { importCompiled } from "./import-compiled.js";

await importCompiled(process.argv.splice(2, 1)[0]);
