import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AudioQuerySchema, IdSchema, moment, RecordingSchema } from '#api/contract'
import type { Blobs } from '#seams/blobs'
import type { RecordingEntry } from '#seams/store'
import { type ByteRange, readRange } from './byte-range.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import { joinedEntry, joinParts, type PlacedPart, partsOf } from './recording-parts.ts'
import { formatOf, pcmBytes, pcmLength, type Stretch } from './recording-sound.ts'
import { isOwnMessage } from './routes-mailboxes.ts'
import type { Server } from './server-type.ts'
import type { WaveFormat } from './wave-file.ts'
import { askerOf, demand } from './who.ts'

const IdParams = z.object({ id: IdSchema })

/** Recordings: what is known of them, and their sound. Heard by those only who may (SEC-08); each hearing is logged. */
export function addRecordingRoutes(api: Server, ports: HttpApiPorts): void {
  api.get(
    '/recordings/:id',
    { schema: { summary: 'A recording', params: IdParams, response: { 200: RecordingSchema } } },
    async (request) => {
      const { id } = request.params
      demandHearing(ports, request, id)
      const parts = await partsOf(ports.recordings, id)
      return viewRecording(parts.length > 0 ? joinedEntry(id, joinParts(parts)) : await entryOf(ports, id))
    },
  )
  api.get(
    '/recordings/:id/audio',
    { schema: { summary: 'The sound of a recording, a WAV file', params: IdParams, querystring: AudioQuerySchema } },
    async (request, reply) => {
      const { id } = request.params
      demandHearing(ports, request, id)
      const parts = await partsOf(ports.recordings, id)
      if (parts.length > 0) {
        noteHearing(ports, request, id)
        return sendJoined(ports, joinParts(parts).parts, request, reply)
      }
      const { blobKey } = await entryOf(ports, id)
      const stat = blobKey === undefined ? undefined : await ports.blobs.stat(blobKey)
      if (blobKey === undefined || !stat)
        throw API_ERRORS['api.no-such']({ what: 'stored sound of recording', name: id })
      noteHearing(ports, request, id)
      const format = request.query.format === 'pcm' ? await formatOf(ports.blobs, blobKey, stat.sizeBytes) : undefined
      const file = { blobs: ports.blobs, key: blobKey }
      return format && format.codec !== 'pcm'
        ? sendPcm(request, reply, format, [{ file: { ...file, format }, bytes: 2 * format.dataBytes }])
        : sendStored(request, reply, file, stat.sizeBytes)
    },
  )
}

/** Whoever may hear recordings hears all; what was said for somebody is theirs to hear (VML-05). */
function demandHearing(ports: HttpApiPorts, request: FastifyRequest, id: string): void {
  if (!isOwnMessage(ports, request, id)) demand(request, 'listen-recordings')
}

function noteHearing({ logger }: HttpApiPorts, request: FastifyRequest, recording: string): void {
  logger.info({ recording, pii: { user: askerOf(request).user.name } }, 'recording heard')
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

/** 16-bit samples of the stretches, as one file. */
function sendPcm(request: FastifyRequest, reply: FastifyReply, format: WaveFormat, stretches: readonly Stretch[]) {
  const total = pcmLength(stretches)
  const range = head(request, reply, total) ?? { start: 0, end: total - 1 }
  return reply.send(Readable.from(pcmBytes(format, stretches, range)))
}

/** The parts of a recording as one sound, with silence where nothing was recorded. Parts may differ in their law, so it is PCM. */
async function sendJoined(
  { blobs }: HttpApiPorts,
  parts: readonly PlacedPart[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const stretches: Stretch[] = []
  let first: WaveFormat | undefined
  for (const { entry, gapMs, usedMs } of parts) {
    const stat = entry.blobKey === undefined ? undefined : await blobs.stat(entry.blobKey)
    const format = stat && (await formatOf(blobs, entry.blobKey!, stat.sizeBytes))
    if (!stat || !format) throw API_ERRORS['api.no-such']({ what: 'stored sound of recording', name: entry.id })
    first ??= format
    const bytesOf = (ms: number): number => Math.round((ms * format.sampleRate) / 1000) * format.channels * 2
    if (gapMs > 0) stretches.push({ bytes: bytesOf(gapMs) })
    const file = { blobs, key: entry.blobKey!, format }
    stretches.push({ file, bytes: Math.min(bytesOf(usedMs), 2 * format.dataBytes) })
  }
  if (!first) throw API_ERRORS['api.no-such']({ what: 'stored sound of recording', name: '' })
  return sendPcm(request, reply, first, stretches)
}

function head(request: FastifyRequest, reply: FastifyReply, bytes: number): ByteRange | undefined {
  const range = readRange(request.headers.range, bytes)
  reply.header('accept-ranges', 'bytes').header('cache-control', 'private, no-store').type('audio/wav')
  reply.header('content-length', String(range ? range.end - range.start + 1 : bytes))
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`)
  return range
}
