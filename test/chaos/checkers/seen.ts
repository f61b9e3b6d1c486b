import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Collected, LogRow } from '../collect.ts'
import { FAULTS, type Marks } from '../faults/index.ts'
import { type HistoryLine, readLines, type SipLine } from '../history.ts'
import type { CallPlan } from '../plan.ts'
import type { RunMeta } from '../run-options.ts'

/** What a checker found against an invariant of the plan. */
export interface Finding {
  readonly checker: string
  /** The number of the invariant. */
  readonly invariant: number
  readonly who: string
  readonly what: string
}

/** A caller's call as the caller saw it. Moments are monotonic. */
export interface SeenCall {
  readonly plan: CallPlan
  readonly dialledAt: number
  readonly stream: number
  readonly answeredAt?: number
  readonly metAt?: number
  readonly hungUpAt?: number
  readonly hangUpStatus?: number
  readonly endedAt?: number
  readonly end?: SeenEnd
}

/** What a phone knew of a call when it was over. */
export interface SeenEnd {
  readonly by: string
  readonly status?: number
  readonly sent: number
  readonly heard: readonly HeardEnd[]
  readonly otherPackets: number
}

export interface HeardEnd {
  readonly stream: number
  readonly packets: number
  readonly lastPacket: number
  readonly lost: number
  readonly doubled: number
  readonly changed: number
}

/** A call at an agent's phone as the phone saw it. */
export interface SeenRing {
  readonly agent: string
  readonly caller: string
  readonly call: string
  readonly stream: number
  readonly rangAt: number
  readonly answeredAt?: number
  readonly ackedAt?: number
  readonly hungUpAt?: number
  readonly transferredAt?: number
  readonly failedAt?: number
  readonly failedWhy?: string
  readonly endedAt?: number
  readonly end?: SeenEnd
  /** When the other side was put on hold, and when taken back. */
  readonly holds: readonly (readonly [number, number])[]
}

/** A stretch in which a fault was at work, until a new call was answered again. */
export interface Trouble {
  readonly from: number
  readonly to: number
}

/** All that was seen of a run from the outside, and what the installation says of itself. */
export interface Seen {
  readonly meta: Pick<RunMeta, 'faults' | 'apartMs' | 'wrapUpMs' | 'ringTimeoutMs' | 'wallOffset' | 'played' | 'seed'>
  readonly marks: Marks
  readonly calls: readonly SeenCall[]
  readonly rings: readonly SeenRing[]
  readonly troubles: readonly Trouble[]
  readonly callers: readonly HistoryLine[]
  readonly agents: readonly HistoryLine[]
  readonly clients: readonly HistoryLine[]
  readonly nemesis: readonly HistoryLine[]
  readonly sip: readonly SipLine[]
  /** What a flood of callers came to, stage by stage, if there was one. */
  readonly flood: readonly HistoryLine[]
  readonly collected: Collected
  /** How late the callers' and agents' own timers were at the worst: what they measure is no better than this. */
  readonly lateMs: number
}

/** Reads the folder of a run. */
export function readSeen(folder: string): Seen {
  const json = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
  const lines = (name: string) => readLines<HistoryLine>(join(folder, `${name}.jsonl`))
  const meta = json<RunMeta>('meta.json')
  return assemble({
    meta,
    plans: json<CallPlan[]>('plan.json'),
    callers: lines('callers'),
    agents: lines('agents'),
    clients: lines('clients'),
    nemesis: lines('nemesis'),
    flood: existsSync(join(folder, 'flood.jsonl')) ? lines('flood') : [],
    sip: [
      ...readLines<SipLine>(join(folder, 'callers.sip.jsonl')),
      ...readLines<SipLine>(join(folder, 'agents.sip.jsonl')),
    ],
    collected: json<Collected>('collected.json'),
  })
}

export interface Histories
  extends Pick<Seen, 'meta' | 'callers' | 'agents' | 'clients' | 'nemesis' | 'flood' | 'sip' | 'collected'> {
  readonly plans: readonly CallPlan[]
}

/** Puts the lines together into calls and rings. */
export function assemble(histories: Histories): Seen {
  const { meta, plans, callers, agents, nemesis } = histories
  const late = [...callers, ...agents]
    .filter(({ op }) => op === 'lateness')
    .map(({ value }) => (value as { ms: number }).ms)
  return {
    ...histories,
    marks: marksOf(meta),
    calls: callsOf(plans, callers),
    rings: ringsOf(agents),
    troubles: troublesOf(nemesis),
    lateMs: Math.max(0, ...late),
  }
}

/** Several faults in one run may cost what each of them may; at the same time they may also cost availability, and a takeover each that neither would alone. */
function marksOf({ faults, apartMs }: Seen['meta']): Marks {
  const double = apartMs !== undefined
  const all = faults.flatMap((id) => (FAULTS[id] ? [FAULTS[id].marks] : []))
  const most = (pick: (marks: Marks) => number) => Math.max(0, ...all.map(pick))
  return {
    mediaGapMs: most((marks) => marks.mediaGapMs),
    controlGapMs:
      all.length > 1 ? all.reduce((sum, marks) => sum + marks.controlGapMs, 0) : most((marks) => marks.controlGapMs),
    takeoversMax: all.reduce((sum, marks) => sum + marks.takeoversMax, 0) + (double ? all.length : 0),
    refusals: double || all.some(({ refusals }) => refusals === true),
    pauseMs: most((marks) => marks.pauseMs ?? 0),
  }
}

function callsOf(plans: readonly CallPlan[], lines: readonly HistoryLine[]): SeenCall[] {
  const byCaller = Map.groupBy(lines, ({ who }) => who)
  return plans.flatMap((plan) => {
    const mine = byCaller.get(plan.number) ?? []
    const find = (type: string, op: string) => mine.find((line) => line.type === type && line.op === op)
    const dialled = find('invoke', 'call')
    if (!dialled) return []
    const hangUp = mine.find(({ type, op }) => op === 'hang-up' && type !== 'invoke')
    const ended = find('info', 'ended')
    const value = ended?.value as { end: { by: string; status?: number } } & Omit<SeenEnd, 'by' | 'status'>
    return [
      {
        plan,
        dialledAt: dialled.at,
        stream: (dialled.value as { stream: number }).stream,
        answeredAt: find('ok', 'call')?.at,
        metAt: find('info', 'met')?.at,
        hungUpAt: find('invoke', 'hang-up')?.at,
        hangUpStatus: (hangUp?.value as { status?: number } | undefined)?.status,
        endedAt: ended?.at,
        ...(ended ? { end: { ...value, ...value.end } } : {}),
      } as SeenCall,
    ]
  })
}

function ringsOf(lines: readonly HistoryLine[]): SeenRing[] {
  const byCall = Map.groupBy(
    lines.filter(({ value }) => (value as { call?: string } | undefined)?.call !== undefined),
    ({ value }) => (value as { call: string }).call,
  )
  return [...byCall.values()].flatMap((mine) => {
    const find = (type: string, op: string) => mine.find((line) => line.type === type && line.op === op)
    const rang = find('invoke', 'ring')
    if (!rang) return []
    const about = rang.value as { caller: string; call: string; stream: number }
    const failed = find('fail', 'ring')
    const ended = find('info', 'ended')
    const value = ended?.value as { end: { by: string } } & Omit<SeenEnd, 'by'>
    const held = find('invoke', 'hold')
    return [
      {
        agent: rang.who,
        ...about,
        rangAt: rang.at,
        answeredAt: find('ok', 'ring')?.at,
        ackedAt: find('info', 'acked')?.at,
        hungUpAt: find('invoke', 'hang-up')?.at,
        transferredAt: find('invoke', 'transfer')?.at,
        failedAt: failed?.at,
        failedWhy: (failed?.value as { why?: string } | undefined)?.why,
        endedAt: ended?.at,
        ...(ended ? { end: { ...value, ...value.end } } : {}),
        holds: held ? [[held.at, find('ok', 'retrieve')?.at ?? ended?.at ?? Number.POSITIVE_INFINITY]] : [],
      } as SeenRing,
    ]
  })
}

/** From each blow until a new call was answered, or the blow was over. */
function troublesOf(lines: readonly HistoryLine[]): Trouble[] {
  const blows = lines.filter(({ type, op }) => type === 'invoke' && op !== 'fault')
  return blows.map(({ at, op }) => {
    const over = lines.find((line) => line.at >= at && line.op === op && line.type === 'ok')?.at ?? at
    const answered = lines.find((line) => line.at >= at && line.op === 'takeover')
    const ms = (answered?.value as { ms?: number } | undefined)?.ms ?? 0
    return { from: at, to: Math.max(over, at + ms) }
  })
}

/** A moment in which the machine had no processor for the installation touches what happened so near to it. */
const NEAR_MS = 500
/** How long the processes that a call goes through were ready to run between two moments and had no processor. */
export function starvedMs({ nemesis }: Pick<Seen, 'nemesis'>, from: number, to: number): number {
  return nemesis
    .filter(({ op, at, value }) => op === 'starved' && at >= from && (value as Starved).from <= to)
    .reduce((sum, { value }) => sum + (value as Starved).ms, 0)
}

interface Starved {
  readonly from: number
  readonly ms: number
}

/** How much longer a duration may be than it was from the outside, for what trouble its beginning or end fell into. */
export function slackMs(seen: Seen, ...moments: readonly (number | undefined)[]): number {
  const touched = seen.troubles.filter(({ from, to }) =>
    moments.some((at) => at !== undefined && at >= from - 500 && at <= to + 500),
  )
  const longest = Math.max(0, ...touched.map(({ from, to }) => to - from))
  const starved = moments.map((at) => (at === undefined ? 0 : starvedMs(seen, at - NEAR_MS, at + NEAR_MS)))
  return Math.max(0, ...starved) + (touched.length > 0 ? longest + (seen.marks.pauseMs ?? 0) : 0)
}

/** Between the ACK and the BYE of an answer that came too late. */
const TAKEN_BACK_MS = 500

/** An answer that crosses the end of its offer is acknowledged, as SIP wants it, and taken back at once: nobody was heard. */
export function cameTooLate(seen: Seen, ring: SeenRing): boolean {
  const { ackedAt = 0, endedAt = Number.POSITIVE_INFINITY } = ring
  if (!wasTakenBack(ring) || wasConnected(seen, ring)) return false
  return endedAt - ackedAt < TAKEN_BACK_MS || ranOut(seen, ring)
}

/** Whether the log has this agent in a call at the end of the ring: then a caller who hangs up in that moment ended a talk, however short. */
function wasConnected({ collected: { log, records }, meta }: Seen, ring: SeenRing): boolean {
  const user = meta.played.find(({ extension }) => extension === ring.agent)?.user
  const until = (ring.endedAt ?? Number.POSITIVE_INFINITY) + meta.wallOffset
  const calls = new Set(records.filter(({ from }) => numberOf(from) === ring.caller).map(({ id }) => id))
  const offered = log.findLast(
    ({ e, at }) => e.type === 'Offered' && e['user'] === user && calls.has(String(e['interaction'])) && at <= until,
  )
  if (!offered) return false
  const participant = (offered.e['participant'] as { id: string } | undefined)?.id
  return log.some(({ e }) => e.type === 'ParticipantConnected' && e['participant'] === participant)
}

/** Whether the time of the offer was over, at its original end, before the answer was heard of: so it is in a trouble that is longer than a phone may ring. */
export function ranOut({ collected: { log }, meta }: Seen, ring: SeenRing): boolean {
  if (!wasTakenBack(ring)) return false
  const user = meta.played.find(({ extension }) => extension === ring.agent)?.user
  const of = (row: LogRow) => row.e['user'] === user && row.at - meta.wallOffset <= (ring.endedAt ?? 0)
  const ended = log.findLast((row) => row.e.type === 'OfferEnded' && row.e['reason'] === 'no-answer' && of(row))
  const offered = log.findLast((row) => row.e.type === 'Offered' && row.sequence < (ended?.sequence ?? 0) && of(row))
  if (!ended || !offered || offered.e['interaction'] !== ended.e['interaction']) return false
  const rang = ring.rangAt + meta.wallOffset
  return ended.at - offered.at >= meta.ringTimeoutMs && rang >= offered.at && rang <= ended.at + meta.ringTimeoutMs
}

function wasTakenBack({ end }: SeenRing): boolean {
  return end?.by === 'them' && end.heard.length === 0
}

/** What a measurement of this machine is good to. */
export function measureMs(seen: Seen): number {
  return 100 + Math.min(seen.lateMs, 400)
}

/** The record of a caller, by the number that history keeps. */
export function numberOf(from: string): string {
  return /^(?:sips?:)?([^@;>]+)/.exec(from)?.[1] ?? from
}
