import { printKills } from '../test/chaos/figures.ts'

/** Any; the same calls before and after a change. */
const SEED = 3

/** A takeover with 200 calls that stand, 100 that wait and 50 agents: how soon a new call is answered, and when each stage before it was over. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  await printKills(SEED, print)
}
