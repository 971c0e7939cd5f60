import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take minutes, so that none of them is left alone at the end. */
const LONG = /\/test\/(e2e|matrix|torture|interruption|verification)\//;

/** On a fresh machine Vitest knows of no durations and goes by the size of files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
