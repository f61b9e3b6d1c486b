import type { Millis } from '#base'
import { readPartId } from '#kernel/interaction'
import type { RecordingEntry, Recordings } from '#seams/store'

/** Sound is missing between two parts: their media process was gone. Longer silences are clocks that differ, not calls. */
const GAP_MS_MAX = 10 * 60_000

/** One part, and where it stands in the whole. */
export interface PlacedPart {
  readonly entry: RecordingEntry
  readonly part: number
  /** Silence before it. */
  readonly gapMs: Millis
  /** How much of it is used: what a process that hung wrote after the next one had begun is not. */
  readonly usedMs: Millis
}

/** A recording as its parts make it. */
export interface JoinedRecording {
  readonly parts: readonly PlacedPart[]
  readonly durationMs: Millis
  /** Parts that should be there by the numbers of the others, and are not. */
  readonly missing: readonly number[]
}

/** The catalogue's entries of a recording that is in several parts, in order; none when it is in one, or not known. */
export async function partsOf(recordings: Recordings, id: string): Promise<readonly RecordingEntry[]> {
  if (readPartId(id).part > 1) return []
  const interaction = id.slice(0, id.lastIndexOf('.'))
  const entries = await recordings.list({ interaction })
  const parts = entries.filter((entry) => readPartId(entry.id).recording === id)
  return parts.some((entry) => entry.id !== id) ? parts : []
}

/** Lays the parts on one line of time: each where it began, silence between. */
export function joinParts(entries: readonly RecordingEntry[]): JoinedRecording {
  const sorted = entries
    .map((entry) => ({ entry, part: readPartId(entry.id).part }))
    .sort((one, other) => one.part - other.part)
  let endsAt = sorted[0]?.entry.startedAt ?? 0
  const parts = sorted.map(({ entry, part }, index): PlacedPart => {
    const next = sorted[index + 1]?.entry.startedAt ?? Number.POSITIVE_INFINITY
    const usedMs = Math.max(0, Math.min(entry.durationMs, next - entry.startedAt))
    const gapMs = Math.min(GAP_MS_MAX, Math.max(0, entry.startedAt - endsAt))
    endsAt = entry.startedAt + usedMs
    return { entry, part, gapMs, usedMs }
  })
  const numbers = new Set(parts.map(({ part }) => part))
  const last = parts.at(-1)?.part ?? 0
  return {
    parts,
    durationMs: parts.reduce((sum, { gapMs, usedMs }) => sum + gapMs + usedMs, 0),
    missing: Array.from({ length: last }, (_, index) => index + 1).filter((part) => !numbers.has(part)),
  }
}

/** The whole as one entry: what there is of each part adds up, and what is missing is said. */
export function joinedEntry(id: string, { parts, durationMs, missing }: JoinedRecording): RecordingEntry {
  const first = parts[0]!.entry
  let at = 0
  const gaps = parts.flatMap(({ gapMs, usedMs }) => {
    const from = at
    at += gapMs + usedMs
    return gapMs > 0 ? [`${from}-${from + gapMs}`] : []
  })
  const { media: _, ...attributes } = first.attributes
  const isStored = parts.every(({ entry }) => entry.state === 'stored')
  return {
    ...{ id, interaction: first.interaction, startedAt: first.startedAt, durationMs },
    ...{ channels: first.channels, codec: first.codec, state: isStored ? 'stored' : 'recorded' },
    attributes: {
      ...attributes,
      parts: String(parts.length + missing.length),
      media: parts.map(({ entry }) => entry.attributes['media'] ?? '').join(' '),
      ...(gaps.length > 0 && { gapsMs: gaps.join(' ') }),
      ...(missing.length > 0 && { missingParts: missing.join(' ') }),
    },
  }
}
