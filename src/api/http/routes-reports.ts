import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  ContactsQuerySchema,
  CountedListSchema,
  FigureDefinitionSchema,
  moment,
  ReportQuerySchema,
  type ReportRow,
  ReportSchema,
} from '#api/contract'
import { boundsOf, type Covered, isZone, reportCsv, reportRows, viewCounted, viewFigure } from '#api/reports'
import type { Millis } from '#base'
import { timeZoneOf } from '#kernel/config'
import {
  FIGURES,
  figureId,
  figuresOf,
  findFigure,
  INTERVAL_MS,
  OBJECT_KINDS,
  type ObjectKind,
  partOf,
  termsOf,
} from '#kernel/statistics'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** A quarter of a year of half hours: what a page can show. */
const ROWS_MAX = 4500
/** A quarter of a year: what a query adds up in well under a second, with some hundreds of objects. */
const COVERED_MS_MAX = 93 * 86_400_000

const ObjectParams = z.object({ name: z.string().min(1).max(64) })

type Query = z.infer<typeof ReportQuerySchema>

/** Figures by interval, each named with the version of its definition, and the way down to the contacts that it counts (promise 11). */
export function addReportRoutes(api: Server, ports: HttpApiPorts): void {
  api.get(
    '/figures',
    { schema: { summary: 'Every figure and its definition', response: { 200: z.array(FigureDefinitionSchema) } } },
    async () => FIGURES.map(viewFigure),
  )
  for (const kind of OBJECT_KINDS) {
    addReport(api, ports, kind)
    addContacts(api, ports, kind)
  }
}

function addReport(api: Server, ports: HttpApiPorts, kind: ObjectKind): void {
  const report = { summary: `Figures of ${kind}s by interval`, querystring: ReportQuerySchema }
  api.get(`/reports/${kind}s`, { schema: { ...report, response: { 200: ReportSchema } } }, async (request) => {
    const { covered, bounds, rows } = await readReport(ports, request, kind, request.query)
    return {
      ...{ kind, from: moment(bounds[0]!), to: moment(bounds.at(-1)!), interval: covered.interval, zone: covered.zone },
      definitions: figuresOf(kind).map(viewFigure),
      rows,
    }
  })
  api.get(
    `/reports/${kind}s.csv`,
    { schema: { ...report, summary: `${report.summary}, as CSV` } },
    async (request, reply: FastifyReply) => {
      const { rows } = await readReport(ports, request, kind, request.query as Query)
      reply.type('text/csv; charset=utf-8')
      return reportCsv(rows, figuresOf(kind).map(figureId))
    },
  )
}

async function readReport(
  { centre, history }: HttpApiPorts,
  request: FastifyRequest,
  kind: ObjectKind,
  query: Query,
): Promise<{ readonly covered: Covered; readonly bounds: readonly Millis[]; readonly rows: ReportRow[] }> {
  demand(request, 'view-history')
  const { interval, name, zone = timeZoneOf(centre.state().configuration.parameters) } = query
  const covered = checkCovered({ from: Date.parse(query.from), to: Date.parse(query.to), interval, zone })
  const bounds = boundsOf(covered)
  const objects = await history.figureIntervals({ kind, name, bounds })
  const aims = kind === 'queue' ? await history.queueAims() : []
  return { covered, bounds, rows: reportRows({ kind, bounds, objects, aims }) }
}

function checkCovered(covered: Covered): Covered {
  const { from, to, interval, zone } = covered
  checkSpan(from, to)
  if (typeof interval === 'number') {
    if ((interval * 1000) % INTERVAL_MS !== 0) refuse('?interval', `is not a multiple of ${INTERVAL_MS / 1000} s`)
    if ((to - from) / (interval * 1000) > ROWS_MAX) refuse('?from', `is more than ${ROWS_MAX} intervals before "to"`)
  }
  if (!isZone(zone)) refuse('?zone', `"${zone}" is no time zone`)
  return covered
}

/** Fails unless it is some time, and not too much at once. */
export function checkSpan(from: Millis, to: Millis): void {
  if (to <= from) refuse('?to', 'is not after "from"')
  if (to - from > COVERED_MS_MAX) refuse('?from', `is more than ${COVERED_MS_MAX / 86_400_000} days before "to"`)
}

function refuse(path: string, problem: string): never {
  throw API_ERRORS['api.invalid']({ path, problem })
}

function addContacts(api: Server, { history }: HttpApiPorts, kind: ObjectKind): void {
  const schema = {
    summary: `The contacts that a figure of a ${kind} counts`,
    params: ObjectParams,
    querystring: ContactsQuerySchema,
    response: { 200: CountedListSchema },
  }
  api.get(`/reports/${kind}s/:name/contacts`, { schema }, async (request) => {
    demand(request, 'view-history')
    const { figure: id, limit, after } = request.query
    const [from, to] = [Date.parse(request.query.from), Date.parse(request.query.to)]
    checkSpan(from, to)
    const found = findFigure(kind, id)
    if (!found) throw API_ERRORS['api.no-such']({ what: `figure of a ${kind}`, name: id })
    const figure = found.detail === undefined ? found.figure : partOf(found.figure, found.detail)
    const placed = await history.figureFacts({
      ...{ kind, name: request.params.name, terms: termsOf(figure), from, to, limit },
      after: after === undefined ? undefined : readPlace(after),
    })
    const last = placed.at(-1)?.place
    return {
      figure: viewFigure(figure),
      items: placed.map(({ fact }) => viewCounted(fact, from, to)),
      next: placed.length >= limit && last ? `${last.sequence}-${last.ordinal}` : null,
    }
  })
}

function readPlace(text: string): { readonly sequence: number; readonly ordinal: number } {
  const match = /^(\d{1,15})-(\d{1,9})$/.exec(text)
  if (!match) refuse('?after', 'is not the "next" of an earlier page')
  return { sequence: Number(match[1]), ordinal: Number(match[2]) }
}
