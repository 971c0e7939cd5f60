export { advice } from "./cutover/advice.ts";
export { cutoverUniques } from "./cutover/cutover-uniques.ts";
export { type ArgumentDefinition, definitions, keyDefinition } from "./definitions.ts";
export { type PartitionGeneratorOptions, readGeneratorOptions } from "./generator-options.ts";
export { type KeyKindModule, keyKinds } from "./key-kinds/index.ts";
export { AnnotationError, type ReportedProblem } from "./problem/annotation-error.ts";
export type { ProblemCode } from "./problem/problem.ts";
export { type ResolvedSpec, readSpecs } from "./read-specs.ts";
