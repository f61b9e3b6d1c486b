import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ExtractQuerySchema, NameSchema, StatusHistorySchema, type StatusStretch } from '#api/contract'
import { csvLine, STATUS_TERMS, statusHistory } from '#api/reports'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import { checkSpan } from './routes-reports.ts'
import type { Server } from './server-type.ts'
import { demandOver } from './who.ts'

/** Three weeks of an agent with a call every two minutes; whoever wants more asks for the extract of all. */
const STRETCHES_MAX = 20_000
/** History is a few milliseconds behind as a rule; whoever asks for what just happened waits for it this long. */
const HISTORY_WAIT_MS = 1_000

const COLUMNS = ['agent', 'from', 'to', 'ms', 'status', 'reason']

/** What an agent was from when to when: a day as its supervisor, or the agent itself, looks at it (AGS-01). */
export function addStatusRoutes(api: Server, ports: HttpApiPorts): void {
  const schema = {
    summary: 'Every change of an agent’s status, oldest first',
    params: z.object({ name: NameSchema }),
    querystring: ExtractQuerySchema,
  }
  api.get(
    '/reports/agents/:name/statuses',
    { schema: { ...schema, response: { 200: StatusHistorySchema } } },
    async (request) => {
      const { name } = request.params
      return { agent: name, items: await read(ports, request, { name, ...request.query }) }
    },
  )
  const summary = `${schema.summary}, as CSV`
  api.get(
    '/reports/agents/:name/statuses.csv',
    { schema: { ...schema, summary } },
    async (request, reply: FastifyReply) => {
      const { name } = request.params as { name: string }
      const { from: begin, to: end } = request.query as { from: string; to: string }
      const items = await read(ports, request, { name, from: begin, to: end })
      reply.type('text/csv; charset=utf-8')
      return [COLUMNS, ...items.map(({ from, to, ms, status, reason }) => [name, from, to, ms, status, reason])]
        .map(csvLine)
        .join('')
    },
  )
}

async function read(
  { centre, history, clock }: HttpApiPorts,
  request: FastifyRequest,
  asked: { readonly name: string; readonly from: string; readonly to: string },
): Promise<StatusStretch[]> {
  const { name } = asked
  demandOver(request, name, 'view-history')
  const [from, to] = [Date.parse(asked.from), Date.parse(asked.to)]
  checkSpan(from, to)
  await history.reached(centre.sequence(), HISTORY_WAIT_MS)
  const query = { kind: 'agent' as const, name, terms: STATUS_TERMS, from, to, limit: STRETCHES_MAX }
  const placed = await history.figureFacts(query)
  if (placed.length >= STRETCHES_MAX) {
    throw API_ERRORS['api.invalid']({ path: '?from', problem: `has more than ${STRETCHES_MAX} changes after it` })
  }
  const facts = placed.map(({ fact, place }) => ({ fact, runs: place === null }))
  return statusHistory(facts, { to, now: clock.now() })
}
