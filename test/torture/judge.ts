import type { Round } from "./round.ts";
import type { Finding, Statistics } from "./statistics.ts";

export interface Judged {
  readonly rounds: number;
  readonly findings: (Finding & { readonly seed: number })[];
}

/** Aborts that the control has not met, at that isolation level, in any round on the same server. */
function unexpectedAborts(round: Round, allowed: ReadonlySet<string>): Finding[] {
  return [...round.conversion.aborts]
    .filter(([key]) => !allowed.has(key))
    .map(([key, { count, first }]) => ({
      kind: "abort",
      phase: "",
      text: `${key}, ${count} times; first at ${first}`,
    }));
}

/** What is wrong in the rounds of one server. What is wrong in a control is wrong with the workload, and counts too. */
export function judge(rounds: readonly Round[]): Judged {
  const allowed = new Set(rounds.flatMap(({ control }) => [...control.aborts.keys()]));
  const inControl = ({ findings }: Statistics) =>
    findings.map((one) => ({ ...one, text: `WITHOUT CONVERSION ${one.text}` }));
  const readCommitted = [...allowed].filter((key) => key.startsWith("READ COMMITTED"));
  return {
    rounds: rounds.length,
    findings: rounds.flatMap((round) =>
      [
        ...round.conversion.findings,
        ...inControl(round.control),
        ...unexpectedAborts(round, allowed),
        ...[...round.control.aborts]
          .filter(([key]) => readCommitted.includes(key))
          .map(
            ([key, { first }]): Finding => ({ kind: "abort", phase: "", text: `WITHOUT CONVERSION ${key}: ${first}` }),
          ),
      ].map((finding) => ({ ...finding, seed: round.plan.seed })),
    ),
  };
}
