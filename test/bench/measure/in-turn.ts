/**
 * Runs everything that is compared, once a round, in turn; each round begins with another one, so that whatever drifts
 * while they run (other processes, a disk that fills) falls on all of them.
 */
export async function inTurn<T>(
  rounds: number,
  things: readonly T[],
  run: (thing: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < things.length; turn++) {
      await run(things[(round + turn) % things.length] as T, round);
    }
  }
}
