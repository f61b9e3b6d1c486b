import { RoutingWalk } from './routing-walk.ts'

/** Ten times the steps of a commit's run, from another seed on; a few minutes on one core. */
const STEPS = Number(process.env['TANDEM_ROUTING_STEPS'] ?? 2_000_000)
const WALK_STEPS = 4_000
const SEED = Number(process.env['TANDEM_ROUTING_SEED'] ?? 1_000_000)

/** Routing over random histories of random centres, longer than every commit can wait for; says whether all promises held. */
export function verifyRouting(): boolean {
  let offers = 0
  const begun = performance.now()
  for (let n = 0; n * WALK_STEPS < STEPS; n++) {
    try {
      const walk = new RoutingWalk(SEED + n).run(WALK_STEPS)
      walk.finish()
      offers += walk.offers
    } catch (error) {
      console.log(`the walk of seed ${SEED + n} breaks: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }
  const seconds = Math.round((performance.now() - begun) / 1_000)
  console.log(`${STEPS} steps over random histories, ${offers} offers, ${seconds} s: promises 2, 3, 4 and 6 held`)
  return true
}
