import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** A record of the log as it stands in the database; `m` names the machine, `e` is the event. */
export interface LogRow {
  readonly sequence: number
  readonly term: number
  readonly at: number
  readonly m: string
  readonly e: { readonly type: string } & Readonly<Record<string, unknown>>
}

/** What history says of one contact; moments in milliseconds since 1970. */
export interface RecordRow {
  readonly id: string
  readonly medium: string
  readonly from: string
  readonly to: string
  readonly createdAt: number
  readonly closedAt: number
  readonly queuedAt: number | null
  readonly queue: string | null
  readonly lastAgent: string | null
  readonly outcome: string
  readonly parts: Readonly<Record<'flow' | 'wait' | 'ring' | 'talk' | 'hold' | 'wrapUp', number>>
}

export interface QueueIntervalRow {
  readonly queue: string
  readonly offered: number
  readonly answered: number
  readonly abandoned: number
  readonly shortAbandoned: number
  readonly redirected: number
}

export interface RecordingRow {
  readonly id: string
  readonly interaction: string
  readonly state: string
  readonly startedAt: number
  readonly durationMs: number | null
  readonly sha256: string | null
  /** What the file itself says, read apart from the product; absent if there is no file. */
  readonly file?: RecordingFile
}

export interface RecordingFile {
  /** Of each of its parts: a media process that died in the midst leaves one, its successor the next. */
  readonly sha256: readonly string[]
  readonly durationMs: number
  /** The counted packets found in each channel, in their order. */
  readonly channels: readonly (readonly CountedRun[])[]
}

/** Packets of one stream that stand one after the other in a recording, without a hole between their numbers. */
export interface CountedRun {
  readonly stream: number
  readonly first: number
  readonly last: number
  /** Where it begins in the recording. */
  readonly atMs: number
}

/** All that the installation itself says after a run. */
export interface Collected {
  readonly log: readonly LogRow[]
  readonly records: readonly RecordRow[]
  readonly openRecords: number
  readonly queueIntervals: readonly QueueIntervalRow[]
  readonly recordings: readonly RecordingRow[]
  readonly journalSequence: number
  readonly agents: readonly { readonly user: string; readonly status: string; readonly extension: string }[]
}

const MAGIC = Buffer.from('TNDM')
const HEADER_BYTES_MIN = 44
const SAMPLES_A_MS = 8

/** Reads log, history and recordings of a finished run into its folder, with plain SQL and no code of the product. */
export async function collect(options: {
  readonly databaseUrl: string
  /** Where recordings are filed, on each machine. */
  readonly blobs: readonly string[]
  readonly folder: string
  readonly agents: Collected['agents']
}): Promise<Collected> {
  const client = new pg.Client({ connectionString: options.databaseUrl })
  await client.connect()
  const rows = async <T>(text: string): Promise<T[]> => (await client.query(text)).rows as T[]
  const collected: Collected = {
    log: await readLog(rows),
    records: await rows<RecordRow>(RECORDS),
    openRecords: (await rows<{ n: number }>('select count(*)::int n from tandem.journal_open'))[0]?.n ?? 0,
    queueIntervals: await rows<QueueIntervalRow>(QUEUE_INTERVALS),
    recordings: (await rows<RecordingRow>(RECORDINGS)).map((row) => withFile(row, options.blobs)),
    journalSequence: Number(
      (await rows<{ sequence: string }>('select sequence from tandem.journal_position'))[0]?.sequence ?? 0,
    ),
    agents: options.agents,
  }
  await client.end()
  writeFileSync(join(options.folder, 'collected.json'), JSON.stringify(collected))
  return collected
}

/** Waits until history has folded the whole log and what was recorded is in storage; gives up quietly, as the checkers will say what is missing. */
export async function journalCaughtUp(databaseUrl: string, timeoutMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    const { rows } = await client.query(
      `select (select sequence from tandem.log_head) head, (select sequence from tandem.journal_position) seen,
         (select count(*) from tandem.recording where state = 'recorded') unstored`,
    )
    const [{ head, seen, unstored }] = rows
    if (Number(head) <= Number(seen) && Number(unstored) === 0) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await client.end()
}

async function readLog(rows: <T>(text: string) => Promise<T[]>): Promise<LogRow[]> {
  const found = await rows<{ sequence: string; term: string; at: string; body: string }>(
    `select sequence, term, at, body from (select * from tandem.log_archive union all select * from tandem.log) whole
     order by sequence`,
  )
  return found.map(({ sequence, term, at, body }) => {
    const { m, e } = JSON.parse(body) as Pick<LogRow, 'm' | 'e'>
    return { sequence: Number(sequence), term: Number(term), at: Number(at), m, e }
  })
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const RECORDS = `
  select interaction_id_key id, medium, from_address "from", to_address "to", ${ms('created_at')} "createdAt",
    ${ms('closed_at')} "closedAt", ${ms('queued_at')} "queuedAt", queue, last_agent "lastAgent", outcome,
    json_build_object('flow', flow_ms, 'wait', wait_ms, 'ring', ring_ms, 'talk', talk_ms, 'hold', hold_ms,
      'wrapUp', wrap_up_ms) parts
  from tandem.interaction_summary`

const counted = (...measures: string[]) =>
  `coalesce(sum(count) filter (where measure in (${measures.map((one) => `'${one}'`).join(', ')})), 0)::int`

const QUEUE_INTERVALS = `
  select name queue, ${counted('offered')} offered, ${counted('answered')} answered, ${counted('abandoned')} abandoned,
    ${counted('short-abandoned')} "shortAbandoned", ${counted('overflowed-out', 'redirected', 'withdrawn')} redirected
  from tandem.figure_interval where kind = 'queue' group by name`

const RECORDINGS = `
  select recording id, interaction_id_key interaction, state, ${ms('started_at')} "startedAt",
    duration_ms::float8 "durationMs", sha256
  from tandem.interaction_recording`

function withFile(row: RecordingRow, blobs: readonly string[]): RecordingRow {
  const parts: RecordingFile[] = []
  for (let part = 1; ; part++) {
    const name = `${row.id}${part === 1 ? '' : `-${part}`}.wav`
    const path = blobs.map((folder) => join(folder, 'recordings', name)).find(existsSync)
    // The first may be lost with its process, and the second be there.
    if (!path) {
      if (part > 1) break
      continue
    }
    parts.push(readRecording(readFileSync(path)))
  }
  return parts.length === 0 ? row : { ...row, file: joined(parts) }
}

function joined(parts: readonly RecordingFile[]): RecordingFile {
  const channels = Math.max(...parts.map((part) => part.channels.length))
  return {
    sha256: parts.flatMap(({ sha256 }) => sha256),
    durationMs: parts.reduce((sum, { durationMs }) => sum + durationMs, 0),
    channels: Array.from({ length: channels }, (_, channel) => parts.flatMap((part) => part.channels[channel] ?? [])),
  }
}

/** Reads a WAV file of G.711 and finds the counted packets in it. */
export function readRecording(bytes: Buffer): RecordingFile {
  const sha256 = [createHash('sha256').update(bytes).digest('hex')]
  const data = bytes.indexOf('data', 12, 'latin1')
  if (data < 0 || bytes.length < HEADER_BYTES_MIN) return { sha256, durationMs: 0, channels: [] }
  const channels = bytes.readUInt16LE(22)
  const sound = bytes.subarray(data + 8, data + 8 + bytes.readUInt32LE(data + 4))
  const each = Array.from({ length: channels }, (_, channel) => {
    const one = Buffer.alloc(Math.floor(sound.length / channels))
    for (let at = 0; at < one.length; at++) one[at] = sound[at * channels + channel]!
    return runsOf(one)
  })
  return { sha256, durationMs: sound.length / channels / SAMPLES_A_MS, channels: each }
}

function runsOf(channel: Buffer): CountedRun[] {
  const runs: { stream: number; first: number; last: number; atMs: number }[] = []
  for (let at = channel.indexOf(MAGIC); at >= 0 && at + 12 <= channel.length; at = channel.indexOf(MAGIC, at + 4)) {
    // A packet of which the next one took the end says nothing.
    const torn = channel.indexOf(MAGIC, at + 4)
    if (torn >= 0 && torn < at + 12) continue
    const [stream, packet] = [channel.readUInt32BE(at + 4), channel.readUInt32BE(at + 8)]
    const run = runs.at(-1)
    if (run && run.stream === stream && run.last + 1 === packet) run.last = packet
    else runs.push({ stream, first: packet, last: packet, atMs: at / SAMPLES_A_MS })
  }
  return runs
}
