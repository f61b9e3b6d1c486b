import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AudioQuerySchema, IdSchema, moment, RecordingSchema } from '#api/contract'
import type { Blobs } from '#seams/blobs'
import type { RecordingEntry } from '#seams/store'
import { type ByteRange, readRange } from './byte-range.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import {
  expandG711,
  PCM_HEADER_BYTES,
  pcmHeader,
  readWaveFormat,
  WAVE_HEADER_BYTES_MAX,
  type WaveFormat,
} from './wave-file.ts'
import { askerOf, demand } from './who.ts'

const IdParams = z.object({ id: IdSchema })

/** Recordings: what is known of them, and their sound. Heard by those only who may (SEC-08); each hearing is logged. */
export function addRecordingRoutes(api: Server, ports: HttpApiPorts): void {
  api.get(
    '/recordings/:id',
    { schema: { summary: 'A recording', params: IdParams, response: { 200: RecordingSchema } } },
    async (request) => {
      demand(request, 'listen-recordings')
      return viewRecording(await entryOf(ports, request.params.id))
    },
  )
  api.get(
    '/recordings/:id/audio',
    { schema: { summary: 'The sound of a recording, a WAV file', params: IdParams, querystring: AudioQuerySchema } },
    async (request, reply) => {
      demand(request, 'listen-recordings')
      const { id } = request.params
      const { blobKey } = await entryOf(ports, id)
      const stat = blobKey === undefined ? undefined : await ports.blobs.stat(blobKey)
      if (blobKey === undefined || !stat)
        throw API_ERRORS['api.no-such']({ what: 'stored sound of recording', name: id })
      ports.logger.info({ recording: id, pii: { user: askerOf(request).user.name } }, 'recording heard')
      const format = request.query.format === 'pcm' ? await formatOf(ports.blobs, blobKey, stat.sizeBytes) : undefined
      const file = { blobs: ports.blobs, key: blobKey }
      return format && format.codec !== 'pcm'
        ? sendPcm(request, reply, file, format)
        : sendStored(request, reply, file, stat.sizeBytes)
    },
  )
}

async function entryOf({ recordings }: HttpApiPorts, id: string): Promise<RecordingEntry> {
  const entry = await recordings.get(id)
  if (!entry) throw API_ERRORS['api.no-such']({ what: 'recording', name: id })
  return entry
}

function viewRecording(entry: RecordingEntry): z.infer<typeof RecordingSchema> {
  const { id, interaction, durationMs, channels, codec, state } = entry
  return {
    ...{ id, interaction, durationMs, channels, codec, state },
    startedAt: moment(entry.startedAt),
    sizeBytes: entry.sizeBytes ?? null,
    sha256: entry.sha256 ?? null,
    attributes: { ...entry.attributes },
    audio: state === 'stored' ? `/api/v1/recordings/${id}/audio` : null,
  }
}

interface StoredFile {
  readonly blobs: Blobs
  readonly key: string
}

async function sendStored(
  request: FastifyRequest,
  reply: FastifyReply,
  file: StoredFile,
  bytes: number,
): Promise<FastifyReply> {
  const range = head(request, reply, bytes)
  const found = await file.blobs.get(file.key, range ?? {})
  if (!found) throw API_ERRORS['api.no-such']({ what: 'stored sound', name: file.key })
  return reply.send(found.body)
}

/** Each stored byte becomes two: so a range of the result is a range of the file, and nothing is kept in memory. */
async function sendPcm(
  request: FastifyRequest,
  reply: FastifyReply,
  file: StoredFile,
  format: WaveFormat,
): Promise<FastifyReply> {
  const total = PCM_HEADER_BYTES + 2 * format.dataBytes
  const { start, end } = head(request, reply, total) ?? { start: 0, end: total - 1 }
  return reply.send(Readable.from(pcmBytes(file, format, { start, end })))
}

async function* pcmBytes(file: StoredFile, format: WaveFormat, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  if (start < PCM_HEADER_BYTES) yield pcmHeader(format, 2 * format.dataBytes).subarray(start, end + 1)
  const first = Math.max(0, start - PCM_HEADER_BYTES)
  const last = end - PCM_HEADER_BYTES
  if (last < first || format.codec === 'pcm') return
  const from = Math.floor(first / 2)
  const found = await file.blobs.get(file.key, {
    start: format.dataOffset + from,
    end: format.dataOffset + Math.floor(last / 2),
  })
  let skip = first - 2 * from
  let left = last - first + 1
  for await (const chunk of found?.body ?? []) {
    const samples = expandG711(chunk as Uint8Array, format.codec).subarray(skip, skip + left)
    skip = 0
    left -= samples.length
    yield samples
  }
}

async function formatOf(blobs: Blobs, key: string, bytes: number): Promise<WaveFormat | undefined> {
  const found = await blobs.get(key, { start: 0, end: Math.min(WAVE_HEADER_BYTES_MAX, bytes) - 1 })
  const chunks: Buffer[] = []
  for await (const chunk of found?.body ?? []) chunks.push(Buffer.from(chunk as Uint8Array))
  return readWaveFormat(Buffer.concat(chunks), bytes)
}

function head(request: FastifyRequest, reply: FastifyReply, bytes: number): ByteRange | undefined {
  const range = readRange(request.headers.range, bytes)
  reply.header('accept-ranges', 'bytes').header('cache-control', 'private, no-store').type('audio/wav')
  reply.header('content-length', String(range ? range.end - range.start + 1 : bytes))
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`)
  return range
}
