// Where a step's own process starts: Node runs no TypeScript by itself, so this file registers the loader and hands over.
import { register } from "tsx/esm/api";

register();
await import("./task-child.ts");
