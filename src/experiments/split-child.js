// Where a process that works on a split starts: Node runs no TypeScript by itself, so this file registers the loader and hands over.
import { register } from "tsx/esm/api";

register();
await import("./split-child.ts");
