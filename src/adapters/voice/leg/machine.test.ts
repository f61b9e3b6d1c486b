import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LegBirth, VoiceCommand } from './command.ts'
import { LEGS_MAX, REQUESTS_MAX, VOICE_COMMANDS } from './decide.ts'
import type { VoiceEvent } from './event.ts'
import { GHOST_MS } from './evolve.ts'
import { isOver, type Leg, type VoiceState } from './leg.ts'
import { voiceMachine } from './machine.ts'

const START = Date.UTC(2026, 0, 1)
const HEAD = [['Via', 'SIP/2.0/UDP x;branch=z9hG4bK1']] as const
const LOCAL = { address: '192.0.2.9', port: 20_000 }
const TERMS = { remote: { address: '192.0.2.5', port: 4000 }, sends: true, receives: true } as const

function birth(id: string): LegBirth {
  const dialog = { callId: `call-${id}`, localTag: `tag-${id}`, local: '<sip:a@x>', remote: '<sip:b@x>' }
  return {
    id,
    interaction: `ix-${id}`,
    participant: `ix-${id}.p1`,
    edge: 'edge-1',
    contact: `<sip:${id}@x>`,
    process: 'media-1',
    dialog: { ...dialog, localSeq: 0, remoteSeq: 1, target: 'sip:b@x', routes: [] },
  }
}

/** A state and all that was decided for it. */
class Run {
  readonly state: VoiceState = voiceMachine.initial()
  readonly events: { event: VoiceEvent; at: number }[] = []
  now = START

  do(command: VoiceCommand): readonly VoiceEvent[] {
    const events = voiceMachine.decide(this.state, command, this.now)
    for (const event of events) {
      // As the log keeps it.
      const kept = JSON.parse(JSON.stringify(event)) as VoiceEvent
      this.events.push({ event: kept, at: this.now })
      voiceMachine.evolve(this.state, kept, this.now)
    }
    return events
  }

  /** The leg's state after the command. */
  after(command: VoiceCommand): string {
    this.do(command)
    return this.leg().progress.state
  }

  leg(id = 'a'): Leg {
    const leg = this.state.legs.get(id)
    expect(leg).toBeDefined()
    return leg!
  }
}

const arrive = (id = 'a'): VoiceCommand => ({
  type: 'ReceiveInvite',
  leg: birth(id),
  head: HEAD,
  cseq: 1,
  offer: 'o',
  terms: TERMS,
})
const answer = (id = 'a'): VoiceCommand => ({ type: 'Answer', leg: id, local: LOCAL, sdp: 'v=0' })
const accept = (id = 'a'): VoiceCommand => ({
  type: 'Accept',
  leg: id,
  remoteTag: 'r',
  target: 'sip:c@y',
  routes: ['<sip:e;lr>'],
  terms: TERMS,
})

const renew = (id = 'a'): VoiceCommand => ({
  type: 'Renew',
  leg: id,
  edge: 'edge-2',
  contact: `<sip:${id}@y>`,
  dialog: { ...birth(id).dialog, callId: `again-${id}`, localTag: `new-${id}` },
})

const outside = (id = 'a', callsMax = 1): VoiceCommand => ({
  type: 'Prepare',
  leg: { ...birth(id), trunk: { name: 'first', tried: [] } },
  callsMax,
})
const reroute = (id = 'a', trunk = 'second'): VoiceCommand => ({
  ...{ type: 'Reroute', leg: id, edge: 'edge-2', contact: `<sip:${id}@y>`, trunk, callsMax: 1 },
  dialog: { ...birth(id).dialog, callId: `over-${trunk}-${id}`, localTag: `over-${id}` },
})
const authorise = (id = 'a', cseq = 1): VoiceCommand => ({
  ...{ type: 'Authorise', leg: id, cseq },
  challenge: { status: 407, values: ['Digest realm="g", nonce="n"'], times: 1 },
})

const id = fc.constantFrom('a', 'b', 'c')
const cseq = fc.integer({ min: 1, max: 4 })
const command: fc.Arbitrary<VoiceCommand> = fc.oneof(
  id.map(arrive),
  id.map((leg): VoiceCommand => ({ type: 'Prepare', leg: birth(leg) })),
  id.map((leg) => outside(leg)),
  fc.tuple(id, fc.constantFrom('first', 'second')).map(([leg, trunk]) => reroute(leg, trunk)),
  fc.tuple(id, cseq).map(([leg, n]) => authorise(leg, n)),
  id.map((leg): VoiceCommand => ({ type: 'RepeatInvite', leg, head: HEAD, edge: 'edge-2' })),
  id.map((leg): VoiceCommand => ({ type: 'Ring', leg })),
  id.map(answer),
  id.map((leg): VoiceCommand => ({ type: 'Reject', leg, status: 486 })),
  fc.tuple(id, cseq).map(([leg, n]): VoiceCommand => ({ type: 'Acknowledge', leg, cseq: n })),
  id.map((leg): VoiceCommand => ({ type: 'Dial', leg, local: LOCAL, sdp: 'v=0' })),
  id.map((leg): VoiceCommand => ({ type: 'Alert', leg })),
  id.map(accept),
  id.map((leg): VoiceCommand => ({ type: 'Cancel', leg })),
  id.map((leg): VoiceCommand => ({ type: 'Release', leg })),
  id.map((leg): VoiceCommand => ({ type: 'End', leg })),
  id.map((leg): VoiceCommand => ({ type: 'Reinvite', leg, sdp: 'v=0 again' })),
  id.map((leg): VoiceCommand => ({ type: 'Probe', leg })),
  fc.tuple(id, cseq).map(([leg, n]): VoiceCommand => ({ type: 'CloseRequest', leg, cseq: n, status: 200 })),
  fc.tuple(id, cseq).map(
    ([leg, n]): VoiceCommand => ({
      type: 'TakeReinvite',
      leg,
      head: HEAD,
      cseq: n,
      target: 'sip:d@z',
      sdp: 'v=0',
      terms: TERMS,
    }),
  ),
  fc
    .tuple(id, cseq)
    .map(([leg, n]): VoiceCommand => ({ type: 'TakeRequest', leg, cseq: n, notify: { event: 'refer', sipfrag: 's' } })),
  id.map(renew),
  id.map((leg): VoiceCommand => ({ type: 'Place', leg, process: 'media-2' })),
  fc.tuple(id, fc.boolean()).map(([leg, receiving]): VoiceCommand => ({ type: 'ReportFlow', leg, receiving })),
  cseq.map((number): VoiceCommand => ({ type: 'TakeMediaEvents', process: 'media-1', instance: 'i', number })),
)
const commands = fc.array(fc.tuple(command, fc.integer({ min: 0, max: 20_000 })), { maxLength: 60 })

function play(steps: readonly (readonly [VoiceCommand, number])[]): Run {
  const run = new Run()
  for (const [step, ms] of steps) {
    run.now += ms
    run.do(step)
  }
  return run
}

/** All that is in a state, with maps as lists in a fixed order. */
function picture(state: VoiceState): unknown {
  const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  const { legs, dialogs, participants, interactions, ended, load, trunks, mediaEvents } = state
  return [
    sorted(legs),
    sorted(dialogs),
    sorted(participants),
    sorted(interactions),
    ended,
    sorted(load),
    sorted(trunks),
    sorted(mediaEvents),
  ]
}

describe('the machine of legs', () => {
  it('tries every command in these properties', () => {
    const seen = new Set(fc.sample(command, { numRuns: 2000, seed: 1 }).map((one) => one.type))
    expect([...VOICE_COMMANDS].filter((type) => !seen.has(type))).toEqual([])
  })

  it('comes to the same state from the log, and from a dump at any point and the rest of the log', () => {
    fc.assert(
      fc.property(commands, fc.nat(60), (steps, cut) => {
        const run = play(steps)
        const folded = voiceMachine.initial()
        let restored = voiceMachine.initial()
        run.events.forEach(({ event, at }, index) => {
          voiceMachine.evolve(folded, event, at)
          voiceMachine.evolve(restored, event, at)
          if (index === cut) restored = voiceMachine.restore(JSON.parse(JSON.stringify(voiceMachine.dump(restored))))
        })
        expect(picture(folded)).toEqual(picture(run.state))
        expect(picture(restored)).toEqual(picture(run.state))
      }),
    )
  })

  it('lets two folds of the same events live side by side', () => {
    fc.assert(
      fc.property(commands, (steps) => {
        const run = play(steps)
        const before = JSON.stringify(run.events)
        const other = voiceMachine.initial()
        for (const { event, at } of run.events) voiceMachine.evolve(other, event, at)
        expect(JSON.stringify(run.events)).toBe(before)
      }),
    )
  })

  it('gives a CSeq once, one higher each time, and keeps what counts the legs right', () => {
    fc.assert(
      fc.property(commands, (steps) => {
        const run = play(steps)
        const last = new Map<string, number>()
        for (const { event } of run.events) {
          if (event.type === 'LegArrived' || event.type === 'LegPrepared') last.set(event.leg.id, 0)
          const given = event.type === 'RequestTaken' ? event.notify?.cseq : ours(event)
          if (given === undefined || !('leg' in event) || typeof event.leg !== 'string') continue
          expect(given).toBe((last.get(event.leg) ?? 0) + 1)
          last.set(event.leg, given)
        }
        const live = [...run.state.legs.values()].filter((leg) => !isOver(leg))
        expect([...run.state.load.values()].reduce((sum, n) => sum + n, 0)).toBe(live.length)
        for (const name of ['first', 'second']) {
          const over = live.filter(({ trunk }) => trunk?.name === name).length
          expect(run.state.trunks.get(name) ?? 0).toBe(over)
          // Each carries one call, whatever is asked for.
          expect(over).toBeLessThanOrEqual(1)
        }
        for (const leg of run.state.legs.values()) expect(leg.requests.length).toBeLessThanOrEqual(REQUESTS_MAX)
      }),
    )
  })

  it('does a command that comes twice once', () => {
    fc.assert(
      fc.property(commands, command, (steps, twice) => {
        if (['Reinvite', 'TakeMediaEvents', 'RepeatInvite', 'Place'].includes(twice.type)) return
        const run = play(steps)
        run.do(twice)
        expect(run.do(twice)).toEqual([])
      }),
    )
  })
})

function ours(event: VoiceEvent): number | undefined {
  switch (event.type) {
    case 'LegDialled':
    case 'LegReleasing':
    case 'LegOffered':
    case 'LegProbed':
      return event.cseq
    case 'LegChallenged':
      return event.next
    default:
      return undefined
  }
}

describe('a leg', () => {
  it('that came in: arrived, ringing, answered, confirmed, releasing, released', () => {
    const run = new Run()
    const states = [
      arrive(),
      { type: 'Ring', leg: 'a' },
      answer(),
      { type: 'Acknowledge', leg: 'a', cseq: 1 },
      { type: 'Release', leg: 'a' },
      { type: 'End', leg: 'a' },
    ] as const
    expect(states.map((step) => run.after(step))).toEqual([
      'arrived',
      'ringing',
      'answered',
      'confirmed',
      'releasing',
      'released',
    ])
  })

  it('that a trunk does not take goes over another one, with a dialog of its own and the CSeq that follows (TEL-06)', () => {
    const run = new Run()
    run.do(outside())
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    run.do(reroute())
    expect(run.leg()).toMatchObject({
      progress: { state: 'preparing' },
      dialog: { callId: 'over-second-a', localSeq: 1 },
      media: { local: LOCAL },
      trunk: { name: 'second', tried: ['first'] },
      requests: [],
    })
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    expect(run.leg().requests).toMatchObject([{ method: 'INVITE', cseq: 2 }])
    expect([...run.state.trunks]).toEqual([['second', 1]])
    run.do({ type: 'End', leg: 'a' })
    expect(run.state.trunks.size).toBe(0)
  })

  it('that finds its trunk full is not prepared, and goes over no full one', () => {
    const run = new Run()
    run.do(outside('a'))
    expect(run.do(outside('b'))).toEqual([])
    expect(run.do(outside('b', 2))).toHaveLength(1)
    run.do(reroute('a'))
    expect(run.do(reroute('b'))).toEqual([])
  })

  it('that is asked who it is asks again with the next CSeq, and says so from then on', () => {
    const run = new Run()
    run.do(outside())
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    run.do(authorise())
    expect(run.leg()).toMatchObject({
      requests: [{ method: 'INVITE', cseq: 2, sdp: 'v=0' }],
      challenge: { status: 407, from: 2, times: 1 },
    })
    run.do(accept())
    run.do({ type: 'Release', leg: 'a' })
    run.do(authorise('a', 3))
    expect(run.leg().requests).toMatchObject([{ method: 'BYE', cseq: 4 }])
  })

  it('that is dialled: preparing, dialling, alerting, confirmed; the INVITE is open until it is answered', () => {
    const run = new Run()
    run.do({ type: 'Prepare', leg: birth('a') })
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    expect(run.leg().requests).toMatchObject([{ method: 'INVITE', cseq: 1, sdp: 'v=0' }])
    run.do({ type: 'Alert', leg: 'a' })
    run.do(accept())
    expect(run.leg()).toMatchObject({
      progress: { state: 'confirmed' },
      requests: [],
      dialog: { remoteTag: 'r', target: 'sip:c@y' },
    })
  })

  it('that is called off can still be answered late, and is then ended by BYE', () => {
    const run = new Run()
    run.do({ type: 'Prepare', leg: birth('a') })
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    run.do({ type: 'Cancel', leg: 'a' })
    run.do(accept())
    run.do({ type: 'Release', leg: 'a' })
    expect(run.leg().requests).toMatchObject([{ method: 'BYE', cseq: 2 }])
  })

  it('of a browser whose page is another one now is dialled anew, as the same leg in another dialog (promise 9)', () => {
    const run = new Run()
    run.do({ type: 'Prepare', leg: { ...birth('a'), webrtc: true } })
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    run.do({ ...accept(), terms: { ...TERMS, webrtc: { fingerprint: 'AB' } } } as VoiceCommand)
    run.now += 5000
    run.do({ type: 'ReportFlow', leg: 'a', receiving: false })
    expect(run.leg()).toMatchObject({ silentSince: run.now, media: { path: 1 } })
    const silentSince = run.now
    run.now += 1000
    expect(run.after(renew())).toBe('preparing')
    expect(run.leg()).toMatchObject({ renewedSince: silentSince, media: { process: 'media-1', webrtc: true, path: 2 } })
    expect([run.leg().media.terms, run.leg().dialog.remoteTag, run.leg().requests]).toEqual([undefined, undefined, []])
    expect([...run.state.dialogs]).toEqual([['again-a new-a', 'a']])
    expect(run.state.participants.get('ix-a.p1')).toBe('a')
    run.do({ type: 'Dial', leg: 'a', local: LOCAL, sdp: 'v=0' })
    expect(run.leg().requests[0]).toMatchObject({ method: 'INVITE', cseq: 2 })
    expect(run.after(accept())).toBe('confirmed')
    expect(run.leg().renewedSince).toBeUndefined()
  })

  it('is remembered for 32 s after its end, so that what is repeated is understood, and then forgotten', () => {
    const run = new Run()
    run.do(arrive())
    run.do({ type: 'End', leg: 'a' })
    run.now += GHOST_MS - 1
    run.do(arrive('b'))
    expect(run.state.legs.has('a')).toBe(true)
    run.now += 1
    run.do({ type: 'Ring', leg: 'b' })
    expect(run.state.legs.has('a')).toBe(false)
    expect([
      run.state.dialogs.size,
      run.state.participants.size,
      run.state.interactions.size,
      run.state.ended.length,
    ]).toEqual([1, 1, 1, 0])
  })

  it('keeps the number of the session timer and of silence in event time', () => {
    const run = new Run()
    run.do(arrive())
    run.do({
      ...answer(),
      type: 'Answer',
      leg: 'a',
      local: LOCAL,
      sdp: 'v=0',
      timer: { intervalMs: 90_000, refresher: 'peer' },
    })
    expect(run.leg().timer).toEqual({ intervalMs: 90_000, refresher: 'peer', refreshedAt: START })
    run.do({ type: 'Acknowledge', leg: 'a', cseq: 1 })
    run.now += 1000
    run.do({ type: 'ReportFlow', leg: 'a', receiving: false })
    expect(run.leg().silentSince).toBe(START + 1000)
    run.do({ type: 'ReportFlow', leg: 'a', receiving: true })
    expect(run.leg().silentSince).toBeUndefined()
  })

  it('is refused when there are too many', () => {
    const run = new Run()
    const full = {
      ...run.state,
      legs: { size: LEGS_MAX, has: () => false, get: () => undefined },
    } as unknown as VoiceState
    expect(voiceMachine.decide(full, arrive(), START)).toEqual([])
  })
})
