import { AgentReportSchema, moment, QueueReportSchema, ReportQuerySchema } from '#api/contract'
import { AGENT_FIGURES, agentFigures, mergeAgentRows, mergeQueueRows, QUEUE_FIGURES, queueFigures } from '#api/reports'
import type { Millis } from '#base'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** A quarter of half hours: what a page can show and a query reads in well under a second. */
const INTERVALS_MAX = 4500

interface Asked {
  readonly from: Millis
  readonly to: Millis
  readonly intervalMs: Millis
}

/** Figures by interval; each is named with the version of its definition. */
export function addReportRoutes(api: Server, { history }: HttpApiPorts): void {
  const read = (query: { from: string; to: string; interval?: number | undefined }): Asked =>
    checkAsked(
      {
        from: Date.parse(query.from),
        to: Date.parse(query.to),
        intervalMs: (query.interval ?? history.intervalMs / 1000) * 1000,
      },
      history.intervalMs,
    )
  api.get(
    '/reports/queues',
    { schema: { summary: 'Queues by interval', querystring: ReportQuerySchema, response: { 200: QueueReportSchema } } },
    async (request) => {
      demand(request, 'view-history')
      const { from, to, intervalMs } = read(request.query)
      const rows = mergeQueueRows(await history.queueIntervals(from, to), intervalMs)
      return {
        definitions: QUEUE_FIGURES.map((figure) => ({ ...figure })),
        intervalMs,
        rows: rows.map((row) => ({ ...span(row.startAt, intervalMs), queue: row.queue, figures: queueFigures(row) })),
      }
    },
  )
  api.get(
    '/reports/agents',
    { schema: { summary: 'Agents by interval', querystring: ReportQuerySchema, response: { 200: AgentReportSchema } } },
    async (request) => {
      demand(request, 'view-history')
      const { from, to, intervalMs } = read(request.query)
      const rows = mergeAgentRows(await history.agentIntervals(from, to), intervalMs)
      return {
        definitions: AGENT_FIGURES.map((figure) => ({ ...figure })),
        intervalMs,
        rows: rows.map((row) => ({ ...span(row.startAt, intervalMs), agent: row.agent, figures: agentFigures(row) })),
      }
    },
  )
}

function span(startAt: Millis, intervalMs: Millis): { from: string; to: string } {
  return { from: moment(startAt), to: moment(startAt + intervalMs) }
}

function checkAsked(asked: Asked, keptMs: Millis): Asked {
  const { from, to, intervalMs } = asked
  const refuse = (path: string, problem: string): never => {
    throw API_ERRORS['api.invalid']({ path, problem })
  }
  if (to <= from) refuse('?to', 'is not after "from"')
  if (intervalMs % keptMs !== 0) refuse('?interval', `is not a multiple of the ${keptMs / 1000} s that are kept`)
  if ((to - from) / keptMs > INTERVALS_MAX) refuse('?from', `is more than ${INTERVALS_MAX} intervals before "to"`)
  return asked
}
