/**
 * What `fast-check` is in a run of the tests (vitest.config.ts leads its name here): every property is tried with the same cases each time, so
 * that a run says something of the change and not of its luck. `npm run verify -- properties` tries cases that nobody has seen before.
 */
import fc from '../../node_modules/fast-check/lib/fast-check.js'

/** The seed of the cases, or `random`. A failing property prints its seed, which given here makes it fail again. */
const SEED_VARIABLE = 'TANDEM_PROPERTY_SEED'
const SEED = 20_261_127

const asked = process.env[SEED_VARIABLE]
if (asked !== 'random') fc.configureGlobal({ seed: asked === undefined ? SEED : Number(asked) })

export * from '../../node_modules/fast-check/lib/fast-check.js'
export default fc
