import type { InteractionRecording, RecordingId } from './interaction.ts'

/** The file of a part: `ix-1.r1`, `ix-1.r1-2`, `ix-1.r1-3` … */
export function partId(recording: RecordingId, part: number): string {
  return part === 1 ? recording : `${recording}-${part}`
}

/** The recording and the part that a file's name says. */
export function readPartId(id: string): { readonly recording: RecordingId; readonly part: number } {
  const match = /^(.+\.r\d+)-(\d+)$/.exec(id)
  return match ? { recording: match[1]!, part: Number(match[2]) } : { recording: id, part: 1 }
}

/** The parts of a recording that can be played, or are still to come, in order. */
export function playableParts(recording: Pick<InteractionRecording, 'id' | 'parts' | 'finished'>): readonly string[] {
  const lost = new Set((recording.finished ?? []).filter(({ sealed }) => !sealed).map(({ part }) => part))
  const all = Array.from({ length: recording.parts ?? 1 }, (_, index) => index + 1)
  return all.filter((part) => !lost.has(part)).map((part) => partId(recording.id, part))
}
