import { type Finding, measureMs, ranOut, type Seen, type SeenCall, type SeenRing } from './seen.ts'

const FRAME_MS = 20
/** Sound that is asked for begins and ends within this of what the signalling says. */
const EDGE_MS = 700

/** Invariant 8: every packet reaches whom it is for, once and unchanged, and nobody else. */
export function checkMedia(seen: Seen): Finding[] {
  return [
    ...seen.calls.flatMap((call) => ofCaller(seen, call)),
    ...seen.rings.flatMap((ring) => ofAgent(seen, ring)),
    ...gaps(seen),
  ]
}

function finding(who: string, what: string): Finding {
  return { checker: 'media', invariant: 8, who, what }
}

function ofCaller(seen: Seen, call: SeenCall): Finding[] {
  const { plan, end, stream } = call
  if (!end) return []
  const mine = seen.rings.filter(({ caller }) => caller === plan.number).map((ring) => ring.stream)
  const allowed = new Set(plan.kind === 'echo' ? [stream] : mine)
  return [...heard(plan.number, end.heard, allowed), ...music(seen, call)]
}

function ofAgent(seen: Seen, ring: SeenRing): Finding[] {
  const call = seen.calls.find(({ plan }) => plan.number === ring.caller)
  if (!call || !ring.end) return []
  const who = `${ring.agent} with ${ring.caller}`
  return [...heard(who, ring.end.heard, new Set([call.stream])), ...silentEnd(seen, { who, ring, call })]
}

function heard(
  who: string,
  streams: readonly { stream: number; doubled: number; changed: number }[],
  allowed: ReadonlySet<number>,
): Finding[] {
  return streams.flatMap(({ stream, doubled, changed }) => [
    ...(allowed.has(stream) ? [] : [finding(who, `heard stream ${stream}, which is none of its call`)]),
    ...(doubled > 0 ? [finding(who, `heard ${doubled} packets of stream ${stream} twice`)] : []),
    ...(changed > 0 ? [finding(who, `heard ${changed} packets of stream ${stream} changed`)] : []),
  ])
}

/** Sound that stops for good makes no gap that ends: the last that the agent heard must be near the last that the caller said. */
function silentEnd(seen: Seen, { who, ring, call }: { who: string; ring: SeenRing; call: SeenCall }): Finding[] {
  const last = ring.end?.heard.find(({ stream }) => stream === call.stream)?.lastPacket
  if (ring.answeredAt === undefined || ring.endedAt === undefined || !call.end || call.endedAt === undefined) return []
  if (last === undefined) {
    if (ranOut(seen, ring)) return []
    // Until its ACK nobody knew that it had answered: a takeover may lie between, and the caller hang up.
    const talkedMs = ring.endedAt - (ring.ackedAt ?? ring.answeredAt)
    return talkedMs > 3_000 + seen.marks.mediaGapMs ? [finding(who, `heard nothing in ${Math.round(talkedMs)} ms`)] : []
  }
  if (call.plan.kind === 'transfer' || call.plan.kind === 'hold') return []
  // Whoever hangs up wants no more sound, though the goodbye may take its time.
  const wanted = Math.min(ring.endedAt, ring.hungUpAt ?? ring.endedAt, call.hungUpAt ?? ring.endedAt)
  const silentMs = (call.end.sent - 1 - last) * FRAME_MS - Math.max(0, call.endedAt - wanted)
  return silentMs > EDGE_MS + seen.marks.mediaGapMs + measureMs(seen)
    ? [finding(who, `heard nothing of the caller's last ${Math.round(silentMs)} ms`)]
    : []
}

/** Who listens to music hears it all the time. */
function music(seen: Seen, { plan, answeredAt, endedAt, hungUpAt, end }: SeenCall): Finding[] {
  if (plan.kind !== 'music' || answeredAt === undefined || endedAt === undefined || !end) return []
  const lastedMs = (hungUpAt ?? endedAt) - answeredAt
  const heardMs = end.otherPackets * FRAME_MS
  return heardMs < lastedMs - EDGE_MS - seen.marks.mediaGapMs - measureMs(seen)
    ? [finding(plan.number, `heard ${heardMs} ms of music in ${Math.round(lastedMs)} ms`)]
    : []
}

interface GapLine {
  readonly ms: number
  readonly transitMs: number
  readonly lost: number
  readonly stream: number
}

/** A silence in a talk that nobody asked for by a hold. */
export interface TalkGap extends GapLine {
  readonly who: string
  readonly at: number
}

/** The silences of talks, besides those that a hold makes on purpose. */
export function talkGaps(seen: Seen): TalkGap[] {
  const byStream = new Map(seen.rings.map((ring) => [ring.stream, ring]))
  return [...seen.callers, ...seen.agents].flatMap(({ op, who, at, value }) => {
    if (op !== 'gap') return []
    const gap = value as GapLine
    const own = byStream.get(gap.stream)
    const rings = own ? [own] : seen.rings.filter(({ agent }) => agent === who)
    const held = rings.some(({ holds }) => holds.some(([from, to]) => at >= from && at - gap.ms <= to + EDGE_MS))
    return gap.stream === 0 || held ? [] : [{ ...gap, who, at }]
  })
}

function gaps(seen: Seen): Finding[] {
  return talkGaps(seen).flatMap(({ who, ms, lost, stream }) => {
    const allowed = seen.marks.mediaGapMs > 0 && ms <= seen.marks.mediaGapMs + measureMs(seen)
    return lost === 0 || allowed ? [] : [finding(who, `lost ${lost} packets of stream ${stream} (${ms} ms)`)]
  })
}
