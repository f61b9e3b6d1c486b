import { z } from 'zod'
import { type Cluster, DrillRequestSchema, DrillSchema, type DrillView, moment, PAGE_MAX } from '#api/contract'
import { newId } from '#base'
import { resolveNumber } from '#kernel/config'
import type { DrillRow, DrillScore, DrillTarget } from '#seams/store'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, requirePrimary } from './who.ts'

/** A drill ends within a minute; one that is older died with its supervisor. */
const DRILL_MS_MAX = 180_000

/** The failure drill: kills a process of this installation and keeps what was lost. Every drill is kept with whoever asked for it. */
export function addDrillRoutes(api: Server, ports: HttpApiPorts): void {
  const { drills, clock, logger, centre } = ports
  const ask = {
    summary: 'Kill a process of this installation under test calls, and count what is lost',
    body: DrillRequestSchema,
    response: { 202: DrillSchema },
  }
  api.post('/drills', { schema: ask }, async (request, reply) => {
    demand(request, 'drill')
    requirePrimary(ports)
    const { kill, calls, number, force } = request.body
    const cluster = await ports.cluster()
    const node = request.body.node ?? nodeOf(cluster)
    const why = force ? undefined : whyUnsafe(cluster, kill)
    if (why) throw API_ERRORS['api.drill-unsafe']({ kill, reason: why })
    if (calls > 0 && !resolveNumber(centre.state().configuration, number))
      throw API_ERRORS['api.no-such']({ what: 'number', name: number })
    const askedBy = askerOf(request).user.name
    const row = { id: newId('drill'), askedAt: clock.now(), askedBy, node, kill, calls, number }
    await drills.abandon(clock.now() - DRILL_MS_MAX)
    if (!(await drills.ask(row))) throw API_ERRORS['api.drill-runs']()
    logger.warn({ by: askedBy, kill, node, force }, 'a failure drill was asked for')
    return reply.code(202).send(view({ ...row, state: 'asked' }))
  })
  const list = { summary: 'Failure drills and their scores, newest first', response: { 200: z.array(DrillSchema) } }
  api.get('/drills', { schema: list }, async (request) => {
    demand(request, 'view-cluster')
    return (await drills.list(PAGE_MAX)).map(view)
  })
}

/** The machine that the primary runs on: `node1#1234`. */
function nodeOf({ primary }: Cluster): string {
  return primary?.split('#')[0] ?? ''
}

/** Why the blow would be felt, or nothing while something stands ready to take over. */
function whyUnsafe({ cores, others = [] }: Cluster, kill: DrillTarget): string | undefined {
  const well = (members: Cluster['cores']) =>
    members.filter(({ modules = [] }) => modules.every(({ healthy }) => healthy)).length
  const of = (role: string) => others.filter((member) => member.role === role)
  if (kill === 'core' && well(cores.filter(({ role }) => role === 'backup')) === 0) return 'no backup core is in sync'
  if (kill === 'media' && well(of('media')) < 2)
    return 'there is only one media process, and calls would be silent until it is back'
  return undefined
}

function view({ askedAt, problem, score, ...drill }: DrillRow): DrillView {
  return {
    ...drill,
    askedAt: moment(askedAt),
    problem: problem ?? null,
    score: score ? scoreOf(score) : null,
  }
}

function scoreOf({ terms, failed, ...score }: DrillScore): NonNullable<DrillView['score']> {
  return { ...score, terms: [...terms], ...(failed && { failed: [...failed] }) }
}
