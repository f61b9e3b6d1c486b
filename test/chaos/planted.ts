import { assemble, type Histories, type Seen } from './checkers/index.ts'
import type { Collected, LogRow } from './collect.ts'
import type { HistoryLine, SipLine } from './history.ts'
import type { CallPlan } from './plan.ts'

/** What a planted fault changes in the histories of a sound run before they are judged. */
export type Plant = (histories: Mutable<Histories>) => void

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const WALL = 1_000_000_000_000
const AGENT = { user: 'agent1', extension: '2001' }

/** Two calls, one after the other, to one agent: the first talks, the second waits meanwhile and its caller acknowledges late. */
export function soundRun(plant: Plant = () => {}): Seen {
  const histories: Mutable<Histories> = {
    meta: {
      faults: ['1'],
      wrapUpMs: 2_000,
      ringTimeoutMs: 5_000,
      wallOffset: WALL,
      played: [AGENT],
      seed: 1,
    },
    plans: [plan('700001', 'talk'), plan('700002', 'late-ack')],
    callers: [
      ...callerLines('700001', { stream: 1, dialled: 1_000, met: 2_000, hungUp: 8_000 }),
      ...callerLines('700002', { stream: 2, dialled: 3_000, met: 11_000, hungUp: 19_000 }),
      { at: 30_000, who: 'callers', type: 'info', op: 'lateness', value: { ms: 20 } },
    ],
    agents: [
      ...agentLines('700001', { stream: 1_000_001, rang: 1_500, answered: 2_000, ended: 8_010, heard: 1 }),
      ...agentLines('700002', { stream: 1_000_002, rang: 10_500, answered: 11_000, ended: 19_010, heard: 2 }),
    ],
    clients: clientLines(),
    nemesis: [
      { at: 500, who: 'nemesis', type: 'info', op: 'load' },
      { at: 5_000, who: 'nemesis', type: 'invoke', op: 'kill', value: { role: 'core' } },
      { at: 5_400, who: 'nemesis', type: 'info', op: 'takeover', value: { fault: 'kill core', ms: 400 } },
      { at: 5_500, who: 'nemesis', type: 'ok', op: 'kill' },
      { at: 30_000, who: 'nemesis', type: 'info', op: 'settled' },
    ],
    flood: [],
    sip: [...sipLines('700001', 1_000), ...sipLines('700002', 3_000)],
    collected: collected(),
  }
  plant(histories)
  return assemble(histories)
}

function plan(number: string, kind: CallPlan['kind']): CallPlan {
  const times = { dialAtMs: 0, talkMs: 6_000, ringMs: 500, patienceMs: 0 }
  return { number, dials: '1001', kind, hangsUp: 'caller', firstSequence: 0, ...times }
}

function callerLines(
  who: string,
  { stream, dialled, met, hungUp }: { stream: number; dialled: number; met: number; hungUp: number },
): HistoryLine[] {
  const sent = (hungUp - dialled) / 20
  const heard = [heardOf(1_000_000 + stream, (hungUp - met) / 20)]
  return [
    { at: dialled, who, type: 'invoke', op: 'call', value: { stream } },
    { at: dialled + 10, who, type: 'ok', op: 'call', value: { status: 200 } },
    { at: met, who, type: 'info', op: 'met', value: {} },
    { at: hungUp, who, type: 'invoke', op: 'hang-up' },
    { at: hungUp + 10, who, type: 'ok', op: 'hang-up', value: { status: 200 } },
    {
      at: hungUp + 12,
      who,
      type: 'info',
      op: 'ended',
      value: { end: { by: 'us', status: 200 }, stream, sent, heard, otherPackets: 50 },
    },
  ]
}

function heardOf(stream: number, packets: number) {
  return { stream, packets, lastPacket: 1_000_000, lost: 0, doubled: 0, changed: 0 }
}

function agentLines(
  caller: string,
  {
    stream,
    rang,
    answered,
    ended,
    heard,
  }: { stream: number; rang: number; answered: number; ended: number; heard: number },
): HistoryLine[] {
  const who = AGENT.extension
  const about = { caller, call: `call-${caller}`, stream }
  const end = { end: { by: 'them' }, sent: 300, heard: [heardOf(heard, 300)], otherPackets: 0 }
  return [
    { at: rang, who, type: 'invoke', op: 'ring', value: about },
    { at: answered, who, type: 'ok', op: 'ring', value: about },
    { at: answered + 5, who, type: 'info', op: 'acked', value: about },
    { at: ended, who, type: 'info', op: 'ended', value: { ...about, ...end } },
  ]
}

function clientLines(): HistoryLine[] {
  const who = 'browser1'
  const status = (at: number, value: string): HistoryLine => ({
    at,
    who,
    type: 'info',
    op: 'status',
    value: { user: AGENT.user, status: value },
  })
  const told = (at: number, sequence: number, before: number): HistoryLine => ({
    at,
    who,
    type: 'info',
    op: 'told',
    value: { type: 'changes', sequence, before },
  })
  return [
    status(600, 'ready'),
    status(1_500, 'offered'),
    status(2_010, 'busy'),
    told(2_010, 5, 4),
    status(8_010, 'wrapping-up'),
    status(10_010, 'ready'),
    status(10_500, 'offered'),
    status(11_010, 'busy'),
    told(11_010, 9, 5),
    status(19_010, 'wrapping-up'),
    status(21_010, 'ready'),
    { at: 3_000, who: 'writer', type: 'ok', op: 'write', value: { reason: 'w-1', status: 200 } },
    { at: 3_100, who: 'writer', type: 'unknown', op: 'write', value: { reason: 'w-2', status: 0 } },
    { at: 4_000, who: 'look0', type: 'info', op: 'primary', value: { ok: true, term: 1, primary: 'a#1' } },
    { at: 6_000, who: 'look0', type: 'info', op: 'primary', value: { ok: true, term: 2, primary: 'a#2' } },
    { at: 30_000, who, type: 'info', op: 'belief', value: { sequence: 9, open: [], agents: { agent1: 'ready' } } },
  ]
}

/** A caller's dialog: the INVITE, its 200 twice where the ACK is late, the ACK, a re-INVITE of the centre, and the BYE. */
function sipLines(who: string, at: number): SipLine[] {
  const head = (start: string, words: { cseq: string; from: string; to: string; branch: string }): string =>
    [
      start,
      `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=${words.branch}`,
      `From: <sip:x@y>;tag=${words.from}`,
      `To: <sip:z@y>;tag=${words.to}`,
      `Call-ID: ${who}@phone`,
      `CSeq: ${words.cseq}`,
    ].join('\r\n')
  const sdp = (version: number) =>
    `v=0\r\no=- 77 ${version} IN IP4 127.0.0.1\r\nm=audio ${10_000 + version} RTP/AVP 0\r\n`
  const ours = { from: 'ours', to: 'theirs' }
  const ok = `${head('SIP/2.0 200 OK', { cseq: '1 INVITE', branch: 'b1', ...ours })}\r\n\r\n${sdp(1)}`
  const line = (after: number, way: SipLine['way'], text: string): SipLine => ({ at: at + after, who, way, text })
  return [
    line(0, 'sent', head('INVITE sip:1001@y SIP/2.0', { cseq: '1 INVITE', from: 'ours', to: '', branch: 'b1' })),
    line(10, 'received', ok),
    line(510, 'received', ok),
    line(2_600, 'sent', head('ACK sip:1001@y SIP/2.0', { cseq: '1 ACK', branch: 'b2', ...ours })),
    line(
      3_000,
      'received',
      `${head('INVITE sip:x@z SIP/2.0', { cseq: '101 INVITE', from: 'theirs', to: 'ours', branch: 'b3' })}\r\n\r\n${sdp(2)}`,
    ),
    line(4_000, 'sent', head('BYE sip:1001@y SIP/2.0', { cseq: '2 BYE', branch: 'b4', ...ours })),
    line(4_010, 'received', head('SIP/2.0 200 OK', { cseq: '2 BYE', branch: 'b4', ...ours })),
  ]
}

function collected(): Collected {
  const log: LogRow[] = []
  const add = (at: number, e: LogRow['e'], term = at < 5_000 ? 1 : 2) =>
    log.push({ sequence: log.length + 1, term, at: WALL + at, m: 'centre', e })
  const call = (id: string, from: string, times: { came: number; offered: number; up: number; over: number }) =>
    [
      [times.came, { type: 'InteractionCreated', interaction: id, from }],
      [times.came, { type: 'Queued', interaction: id, queue: 'support', priority: 50, enteredAt: WALL + times.came }],
      [
        times.offered,
        { type: 'Offered', interaction: id, queue: 'support', user: 'agent1', participant: { id: `${id}.p2` } },
      ],
      [times.up, { type: 'ParticipantConnected', interaction: id, participant: `${id}.p2` }],
      [times.over, { type: 'WrapUpStarted', interaction: id, participant: `${id}.p2` }],
      [times.over + 2_000, { type: 'WrapUpEnded', interaction: id, participant: `${id}.p2` }],
      [times.over + 2_000, { type: 'InteractionClosed', interaction: id }],
    ] as [number, LogRow['e']][]
  const events: [number, LogRow['e']][] = [
    ...call('ix-1', '700001', { came: 1_000, offered: 1_500, up: 2_005, over: 8_010 }),
    ...call('ix-2', '700002', { came: 3_000, offered: 10_500, up: 11_005, over: 19_010 }),
    [3_050, { type: 'StatusChosen', user: 'agent199', reason: 'w-1' }],
  ]
  for (const [at, e] of events.sort(([a], [b]) => a - b)) add(at, e)
  const record = (id: string, from: string, [came, offered, up, over]: [number, number, number, number]) => ({
    id,
    from,
    to: '1001',
    medium: 'voice',
    createdAt: WALL + came,
    closedAt: WALL + over + 2_000,
    queuedAt: WALL + came,
    queue: 'support',
    lastAgent: 'agent1',
    outcome: 'answered',
    parts: { flow: 0, wait: offered - came, ring: up - offered, talk: over - up, hold: 0, wrapUp: 2_000 },
  })
  const recording = (interaction: string, from: number, ms: number, stream: number) => ({
    id: `${interaction}.r1`,
    interaction,
    state: 'sealed',
    startedAt: WALL + from,
    durationMs: ms,
    sha256: 'abc',
    file: {
      sha256: ['abc'],
      durationMs: ms,
      channels: [
        [{ stream, first: 10, last: 300, atMs: 0 }],
        [{ stream: 1_000_000 + stream, first: 0, last: 290, atMs: 0 }],
      ],
    },
  })
  return {
    log,
    records: [
      record('ix-1', '700001', [1_000, 1_500, 2_005, 8_010]),
      record('ix-2', '700002', [3_000, 10_500, 11_005, 19_010]),
    ],
    openRecords: 0,
    queueIntervals: [{ queue: 'support', offered: 2, answered: 2, abandoned: 0, shortAbandoned: 0, redirected: 0 }],
    recordings: [recording('ix-1', 2_005, 6_005, 1), recording('ix-2', 11_005, 8_005, 2)],
    journalSequence: log.length,
    agents: [{ ...AGENT, status: 'ready' }],
  }
}
