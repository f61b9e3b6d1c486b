import { API_ERRORS } from './errors.ts'
import { isForwarded } from './forward.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** Gives the files of this machine to the other machines' cores, and to nobody else. */
export function addBlobRoutes(server: Server, { forward }: HttpApiPorts): void {
  if (!forward) return
  const hidden = { schema: { hide: true } as object, config: { rateLimit: false } as object }
  server.get('/blobs/*', hidden, async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const { start, end } = request.query as { start?: string; end?: string }
    if (!isForwarded(request, forward)) throw API_ERRORS['api.no-such-page']({ path })
    const key = (request.params as { '*': string })['*']
    const range = {
      ...(start !== undefined && { start: Number(start) }),
      ...(end !== undefined && { end: Number(end) }),
    }
    const found = await forward.ownBlobs.get(key, range)
    if (!found) throw API_ERRORS['api.no-such']({ what: 'file', name: key })
    return reply
      .header('tandem-size', String(found.stat.sizeBytes))
      .header('tandem-modified', String(found.stat.modifiedAt))
      .type('application/octet-stream')
      .send(found.body)
  })
}

/** How another machine's core reads what {@link addBlobRoutes} gives. */
export const BLOB_HEADERS = { size: 'tandem-size', modified: 'tandem-modified' } as const
