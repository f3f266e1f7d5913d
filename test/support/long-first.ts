import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take long, the longest first. */
const long = [
  "queue",
  "readme",
  "monitored-nights",
  "entitlement-agreement",
  "json",
  "simulation",
  "synth-calibration",
  "verify",
  "serve",
  "killed-run",
  "serve-with-worker",
  "task",
  "rules-check",
  "shadow",
  "ingest-kill",
  "pull-kill",
  "eph",
];

/** Starts with the files that take long, so that at the end no worker is left alone with one of them. */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? long.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
