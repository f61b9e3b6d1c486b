import type { JournalCheck } from './centre.ts'
import type { KillReport } from './kill-watch.ts'
import type { CallReport, GapSlot } from './messages.ts'
import { duration, type Row } from './table.ts'
import { judgeCalls, longestGap } from './verdict.ts'

/** All that a run measured. */
export interface RunResult {
  readonly calls: readonly CallReport[]
  readonly asked: number
  readonly kills: readonly KillReport[]
  readonly slots: readonly GapSlot[]
  readonly timerLateMsMax: number
  readonly journal: JournalCheck
  readonly stuck: readonly string[]
  readonly begunAt: number
}

/** A longer gap is heard by people; a shorter one is what a busy machine does to packets anyway. */
export const GAP_MS_MAX = 60

/** How long after a takeover a gap still counts as its doing. */
const AFTERMATH_MS = 2_000

export interface Summary {
  readonly rows: readonly Row[]
  readonly exitCode: 0 | 1 | 3
  /** What `--json` writes, beside the calls. */
  readonly figures: Readonly<Record<string, unknown>>
}

/** Turns what was measured into the table, the exit code and the figures. */
export function summarise(run: RunResult): Summary {
  const verdict = judgeCalls(run.calls)
  const missing = run.asked - verdict.offered
  const lost = [...verdict.lost, ...(missing > 0 ? [`${missing} callers never came to an end`] : [])]
  const gaps = gapsOf(run)
  const journal = journalFaults(run.journal, run.asked)
  const rows: Row[] = [
    { name: 'offered', value: String(run.asked) },
    { name: 'answered', value: String(verdict.answered) },
    { name: 'abandoned', value: String(verdict.abandoned) },
    { name: 'lost', value: String(lost.length), fault: lost.length > 0 ? firstOf(lost) : undefined },
    { name: 'wait p50', value: duration(verdict.waitMs.p50) },
    { name: 'wait p95', value: duration(verdict.waitMs.p95) },
    ...takeoverRows(run.kills),
    ...gapRows(gaps, run),
    {
      name: 'packets of conversation',
      value: `${verdict.packets.heard} heard, ${verdict.packets.lost} lost, ${verdict.packets.doubled} doubled, ${verdict.packets.changed} changed`,
      fault: verdict.wrongStreams.length > 0 ? firstOf(verdict.wrongStreams) : undefined,
    },
    { name: 'rows in the journal', value: `${run.journal.rows} of ${run.asked} calls`, fault: journal },
    {
      name: 'agents stuck after 5 s',
      value: String(run.stuck.length),
      fault: run.stuck.length > 0 ? firstOf(run.stuck) : undefined,
    },
  ]
  const wrong = journal !== undefined || run.stuck.length > 0
  const exitCode = lost.length > 0 ? 1 : wrong ? 3 : 0
  const figures = {
    ...verdict,
    lost,
    gaps,
    kills: run.kills,
    journal: run.journal,
    stuck: run.stuck,
    timerLateMsMax: run.timerLateMsMax,
  }
  return { rows, exitCode, figures }
}

function firstOf(list: readonly string[]): string {
  return list.length > 1 ? `${list[0]}; and ${list.length - 1} more` : (list[0] ?? '')
}

function journalFaults(journal: JournalCheck, asked: number): string | undefined {
  const faults = [
    ...journal.wrong,
    ...journal.unsound,
    ...(journal.rows !== asked && journal.wrong.length === 0 ? [`${journal.rows} rows for ${asked} calls`] : []),
  ]
  return faults.length > 0 ? firstOf(faults) : undefined
}

function takeoverRows(kills: readonly KillReport[]): Row[] {
  if (kills.length === 0) return [{ name: 'takeover time', value: 'nobody was killed' }]
  const each = kills.map(({ role, atS, takeoverMs }) => `${duration(takeoverMs)} (${role}@${atS})`)
  const unanswered = kills.some(({ takeoverMs }) => !Number.isFinite(takeoverMs))
  return [
    { name: 'takeover time', value: each.join(', '), fault: unanswered ? 'no new call was answered again' : undefined },
  ]
}

/** The longest gaps without a kill near, and after each kill. */
function gapsOf(run: RunResult) {
  const [first] = run.kills
  const before = longestGap(run.slots, run.begunAt, first?.at ?? Number.POSITIVE_INFINITY)
  const after = run.kills.map((kill) => {
    const end = kill.at + Math.min(kill.takeoverMs, 30_000) + AFTERMATH_MS
    return { role: kill.role, atS: kill.atS, ...longestGap(run.slots, kill.at, end) }
  })
  return { before, after, all: longestGap(run.slots, run.begunAt, Number.POSITIVE_INFINITY) }
}

function gapRows(gaps: ReturnType<typeof gapsOf>, run: RunResult): Row[] {
  const own = `the callers' and agents' own timers were late by up to ${duration(run.timerLateMsMax)}`
  if (run.kills.length === 0) {
    return [
      {
        name: 'longest audio gap',
        value: `${duration(gaps.all.ms)}, of it in transit ${duration(gaps.all.transitMs)} (${own})`,
      },
      { name: 'longest music gap', value: duration(gaps.all.otherMs) },
    ]
  }
  const media = run.kills.some(({ role }) => role === 'media')
  const worst = Math.max(...gaps.after.map(({ transitMs }) => transitMs))
  // A machine that is as late without a kill says nothing about the kill.
  const attributable = worst > Math.max(GAP_MS_MAX, gaps.before.transitMs) && !media
  const each = gaps.after.map(
    ({ role, atS, ms, transitMs }) => `${duration(ms)}, in transit ${duration(transitMs)} (${role}@${atS})`,
  )
  const music = gaps.after.map(({ role, atS, otherMs }) => `${duration(otherMs)} (${role}@${atS})`)
  return [
    {
      name: 'longest audio gap',
      value: each.join(', '),
      fault: attributable ? `over ${GAP_MS_MAX} ms, and more than before the first kill` : undefined,
    },
    {
      name: '  before the first kill',
      value: `${duration(gaps.before.ms)}, in transit ${duration(gaps.before.transitMs)} (${own})`,
    },
    { name: 'longest music gap', value: `${music.join(', ')}; before the first kill ${duration(gaps.before.otherMs)}` },
  ]
}
