import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the one line that a build server reads: `N passed, N failed`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    // A file or a group whose set-up fails has tests that are skipped, not failed.
    const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter((each) => each.errors().length > 0).length;
    const count = (state: string) => states.filter((each) => each === state).length;
    const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
    console.log(`${count("passed")} passed, ${count("failed") + broken + errors.length} failed${skipped}`);
  }
}
