import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ExtractQuerySchema } from '#api/contract'
import { csvLine } from '#api/reports'
import { API_ERRORS } from './errors.ts'
import type { ExtractPort, HttpApiPorts } from './ports.ts'
import { checkSpan } from './routes-reports.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** Each keeps one connection to the database busy; pages and journal shall have the others. */
const AT_ONCE_MAX = 2
/** How long until one of them is likely to be over. */
const RETRY_S = 10

/** History as flat tables, for tools that analyse and may not look into the database (RPT-08), and who changed what (RPT-02). */
export function addExtractRoutes(api: Server, { history }: Pick<HttpApiPorts, 'history'>): void {
  let running = 0
  for (const extract of history.extracts) {
    const summary = `All of it as CSV: a row is ${extract.what}`
    const schema = { summary, querystring: ExtractQuerySchema }
    api.get(`/extracts/${extract.name}.csv`, { schema }, async (request, reply: FastifyReply) => {
      demandExtract(request, extract)
      const { from: begin, to: end } = request.query as { from: string; to: string }
      const [from, to] = [Date.parse(begin), Date.parse(end)]
      checkSpan(from, to)
      if (running >= AT_ONCE_MAX) throw API_ERRORS['api.too-fast']({ seconds: RETRY_S })
      running++
      const pages = history.extract({ name: extract.name, from, to })
      const over = (): void => void running--
      // What cannot be read at all is refused; what breaks later ends the connection, so that nobody takes a part for the whole.
      const first = await pages.next().catch((error: unknown) => {
        over()
        throw error
      })
      const lines = Readable.from(linesOf(extract, first, pages))
      lines.once('close', over)
      reply.type('text/csv; charset=utf-8')
      return reply.send(lines)
    })
  }
}

/** Who changed what, from where, is for those who may change it; who was with a conversation unseen, for those who may be so. */
function demandExtract(request: FastifyRequest, { name }: ExtractPort['extracts'][number]): void {
  demand(request, name === 'configuration-changes' ? 'change-configuration' : 'view-history')
  if (name === 'participants' || name === 'segments') demand(request, 'monitor')
}

type Pages = ReturnType<ExtractPort['extract']>

async function* linesOf(
  { columns }: ExtractPort['extracts'][number],
  first: Awaited<ReturnType<Pages['next']>>,
  pages: Pages,
): AsyncGenerator<string> {
  yield csvLine(columns)
  if (first.done) return
  yield first.value.map(csvLine).join('')
  for await (const rows of pages) yield rows.map(csvLine).join('')
}
