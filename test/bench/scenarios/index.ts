import type { Scenario } from "../bench.ts";
import { backfill } from "./backfill.ts";
import { cutover } from "./cutover.ts";
import { drain } from "./drain.ts";
import { generate } from "./generate.ts";
import { queries } from "./queries.ts";
import { scale } from "./scale.ts";
import { throttle } from "./throttle.ts";
import { verify } from "./verify.ts";
import { writers } from "./writers.ts";

export const SCENARIOS: readonly Scenario[] = [
  backfill,
  throttle,
  writers,
  drain,
  verify,
  cutover,
  scale,
  queries,
  generate,
];
