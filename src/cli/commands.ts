import type { Register } from "./command.ts";

/** Commands by file; a file is read only when its command is asked for. */
export const commandFiles: Record<string, () => Promise<{ register: Register }>> = {
  demo: () => import("./demo.ts"),
  synth: () => import("./synth.ts"),
  ingest: () => import("./ingest.ts"),
  docs: () => import("./docs.ts"),
  list: () => import("./list.ts"),
  entitlements: () => import("./entitlements.ts"),
  rules: () => import("./rules.ts"),
  indicators: () => import("./indicators.ts"),
  recipients: () => import("./recipients.ts"),
  model: () => import("./model.ts"),
  need: () => import("./need.ts"),
  standards: () => import("./standards.ts"),
  run: () => import("./run.ts"),
  serve: () => import("./serve.ts"),
  bench: () => import("./bench.ts"),
  worker: () => import("./worker.ts"),
  schedule: () => import("./schedule.ts"),
  backtest: () => import("./backtest.ts"),
  verify: () => import("./verify.ts"),
  token: () => import("./token.ts"),
  audit: () => import("./audit.ts"),
  doctor: () => import("./doctor.ts"),
};
