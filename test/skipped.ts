import type { Reporter, TestModule, Vitest } from "vitest/node";

/** Says at the end of a run which tests did not run, and why; in CI a test that is skipped fails the run. */
export default class Skipped implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // A name that was asked for leaves all others out: whoever asked knows.
    if (this.#vitest?.config.testNamePattern) return;
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].map((test) => {
        const result = test.result();
        const why =
          (result.state === "skipped" && result.note) || "what stands around it failed or is skipped";
        return `  ${module.relativeModuleId} > ${test.fullName}: ${why}`;
      }),
    );
    console.log(
      skipped.length === 0 ? "Skipped: none." : `Skipped: ${skipped.length}\n${skipped.join("\n")}`,
    );
    if (skipped.length > 0 && process.env.CI) process.exitCode = 1;
  }
}
