// Where a process that does a part of an experiment starts: Node runs no TypeScript by itself, so this file registers the loader and hands over.
import { register } from "tsx/esm/api";

register();
await import("./work-child.ts");
