import type { CountedRun, RecordingRow } from '../collect.ts'
import { cameTooLate, type Finding, measureMs, numberOf, type Seen, type SeenRing, slackMs } from './seen.ts'

/** A talk so short may be over before there is anything to record. */
const RECORDED_FROM_MS = 1_000
const FRAME_MS = 20

/** A phone that was late by more says in one burst what it had to say, faster than it can be heard: a recording puts that where it arrives. */
const BURST_MS = 120

/** Invariant 7: one recording a talk, whole, of the right people, and the same in the database as on the disk. */
export function checkRecordings(seen: Seen): Finding[] {
  const byInteraction = Map.groupBy(seen.collected.recordings, ({ interaction }) => interaction)
  return seen.collected.records.flatMap((record) => {
    const caller = numberOf(record.from)
    const call = seen.calls.find(({ plan }) => plan.number === caller)
    if (!call || call.plan.kind === 'record') return []
    const talks = seen.rings.filter(
      (ring) => ring.caller === caller && ring.answeredAt !== undefined && !cameTooLate(seen, ring),
    )
    const recordings = byInteraction.get(record.id) ?? []
    return [
      ...recordings.flatMap((recording) => ofFile(seen, { caller, talks, recording })),
      ...recordings.flatMap((recording) => ofSound(seen, { caller, stream: call.stream, talks, recording })),
      ...ofLength(seen, { caller, talks, recordings }),
    ]
  })
}

function finding(who: string, what: string): Finding {
  return { checker: 'recordings', invariant: 7, who, what }
}

function ofFile(seen: Seen, { caller, talks, recording }: Omit<Heard, 'stream'>): Finding[] {
  const { id, state, sha256, durationMs, file, startedAt } = recording
  // Nothing was said: the media process may not even have learnt of the talk before it was over.
  const silent = talks.every(({ end }) => end !== undefined && end.heard.length === 0)
  if (state === 'failed' && (silent || seen.marks.mediaGapMs > 0)) return []
  if (!file) return [finding(caller, `recording ${id} is ${state} and has no file`)]
  const known = hashesOf(seen, id, sha256)
  const off = Math.abs((durationMs ?? 0) - file.durationMs)
  return [
    ...(file.sha256.every((one) => known.has(one))
      ? []
      : [finding(caller, `recording ${id} has another hash than its file`)]),
    ...(off <= file.sha256.length
      ? []
      : [finding(caller, `recording ${id} is ${file.durationMs} ms long, not ${durationMs} ms`)]),
    ...(startedAt > 0 ? [] : [finding(caller, `recording ${id} has no beginning`)]),
  ]
}

/** The hash of its one file, or those of its parts as they were sealed. */
function hashesOf({ collected: { log } }: Seen, recording: string, whole: string | null): ReadonlySet<unknown> {
  const parts = log.filter(({ e }) => e.type === 'RecordingPartSealed' && e['recording'] === recording)
  return new Set([whole, ...parts.map(({ e }) => e['sha256'])])
}

interface Heard {
  readonly caller: string
  readonly stream: number
  readonly talks: readonly SeenRing[]
  readonly recording: RecordingRow
}

/** The packets in it are those of its people, in order, none twice. */
function ofSound(seen: Seen, { caller, stream, talks, recording }: Heard): Finding[] {
  const allowed = new Set([stream, ...talks.map((talk) => talk.stream)])
  const held = talks.some(({ holds }) => holds.length > 0)
  const burstMs = seen.lateMs > BURST_MS ? seen.lateMs + FRAME_MS : 0
  return (recording.file?.channels ?? []).flatMap((runs) => {
    const stranger = runs.find((run) => !allowed.has(run.stream))
    const again = runs.find((run, index) =>
      runs
        .slice(0, index)
        .some((before) => before.stream === run.stream && before.last >= run.first + burstMs / FRAME_MS),
    )
    const hole = held ? 0 : holeMs(runs)
    return [
      ...(stranger ? [finding(caller, `recording ${recording.id} has the voice of stream ${stranger.stream}`)] : []),
      ...(again ? [finding(caller, `recording ${recording.id} says packet ${again.first} again`)] : []),
      ...(hole > burstMs + seen.marks.mediaGapMs + (seen.marks.mediaGapMs > 0 ? measureMs(seen) : 0)
        ? [finding(caller, `recording ${recording.id} lacks ${hole} ms in one piece`)]
        : []),
    ]
  })
}

function holeMs(runs: readonly CountedRun[]): number {
  return Math.max(
    0,
    ...runs.map((run, index) => {
      const before = runs.slice(0, index).findLast(({ stream }) => stream === run.stream)
      return before ? (run.first - before.last - 1) * FRAME_MS : 0
    }),
  )
}

function ofLength(
  seen: Seen,
  { caller, talks, recordings }: { caller: string; talks: readonly SeenRing[]; recordings: readonly RecordingRow[] },
): Finding[] {
  const ends = talks.flatMap(({ answeredAt = 0, ackedAt, endedAt, transferredAt }) =>
    endedAt === undefined ? [] : [{ from: ackedAt ?? answeredAt, to: transferredAt ?? endedAt }],
  )
  const talkedMs = ends.reduce((sum, { from, to }) => sum + to - from, 0)
  if (talkedMs < RECORDED_FROM_MS) return []
  const recordedMs = recordings.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0)
  const allowed =
    40 +
    talks.length * measureMs(seen) +
    seen.marks.mediaGapMs +
    slackMs(seen, ...ends.flatMap(({ from, to }) => [from, to]))
  const missing = talkedMs - recordedMs
  if (missing <= allowed) return []
  return [
    finding(
      caller,
      `talked for ${Math.round(talkedMs)} ms, of which ${Math.round(missing)} ms are not recorded (allowed ${Math.round(allowed)} ms)`,
    ),
  ]
}
