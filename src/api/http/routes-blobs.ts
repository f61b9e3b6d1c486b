import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { BLOB_ERRORS, contentHashOf } from '#seams/blobs'
import { API_ERRORS } from './errors.ts'
import { isForwarded } from './forward.ts'
import type { ForwardPort, HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** How another machine's core reads what {@link addBlobRoutes} gives. */
export const BLOB_HEADERS = { size: 'tandem-size', modified: 'tandem-modified', sha256: 'tandem-sha256' } as const

/** The largest file that is copied from machine to machine: a whole mail (25 MB) and some; an upload has at most 10 MB. It is held in memory. */
export const COPY_BYTES_MAX = 32 * 1024 * 1024

const HIDDEN = { schema: { hide: true } as object, config: { rateLimit: false } as object }

/** Gives the files of this machine to the other machines' cores, and takes copies of theirs; of nobody else. */
export function addBlobRoutes(server: Server, { forward }: HttpApiPorts): void {
  if (!forward) return
  server.register(async (inner) => {
    const blobs = inner as Server
    // Before anything of a body is read.
    blobs.addHook('onRequest', async (request) => {
      const path = request.url.split('?')[0] ?? ''
      if (!isForwarded(request, forward)) throw API_ERRORS['api.no-such-page']({ path })
    })
    addReading(blobs, forward)
    addTaking(blobs, forward)
  })
}

function addReading(server: Server, { ownBlobs }: ForwardPort): void {
  // Of its own: the one that comes with a GET reads the whole file.
  server.head('/blobs/*', HIDDEN, async (request, reply) => {
    const found = await ownBlobs.stat(keyOf(request))
    if (!found) throw API_ERRORS['api.no-such']({ what: 'file', name: keyOf(request) })
    return reply
      .header(BLOB_HEADERS.size, String(found.sizeBytes))
      .header(BLOB_HEADERS.modified, String(found.modifiedAt))
      .send()
  })
  server.get('/blobs/*', HIDDEN, async (request, reply) => {
    const { start, end } = request.query as { start?: string; end?: string }
    const range = {
      ...(start !== undefined && { start: Number(start) }),
      ...(end !== undefined && { end: Number(end) }),
    }
    const found = await ownBlobs.get(keyOf(request), range)
    if (!found) throw API_ERRORS['api.no-such']({ what: 'file', name: keyOf(request) })
    return reply
      .header(BLOB_HEADERS.size, String(found.stat.sizeBytes))
      .header(BLOB_HEADERS.modified, String(found.stat.modifiedAt))
      .type('application/octet-stream')
      .send(found.body)
  })
}

/** Only what is named by its content is taken: nobody can put anything in the place of a file. */
function addTaking(server: Server, { ownBlobs }: ForwardPort): void {
  server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  server.put('/blobs/*', { ...HIDDEN, bodyLimit: COPY_BYTES_MAX }, async (request, reply) => {
    const key = keyOf(request)
    const content = request.body as Buffer | undefined
    const expected = contentHashOf(key)
    if (expected === undefined) throw BLOB_ERRORS['blobs.key']({ key })
    if (!content || createHash('sha256').update(content).digest('hex') !== expected)
      throw BLOB_ERRORS['blobs.other-content']({ key })
    const { sha256 } = await ownBlobs.put(key, content)
    return reply.code(204).header(BLOB_HEADERS.sha256, sha256).send()
  })
}

function keyOf({ params }: FastifyRequest): string {
  return (params as { '*': string })['*']
}
