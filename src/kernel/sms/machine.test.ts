import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { SmsCommand, SmsEvent } from './command.ts'
import { peerIdsOf } from './decide.ts'
import { DONE_MAX, KNOWN_MAX, PARTS_OUT_MAX, REFERENCES, REPEAT_MS, WAITING_MAX } from './limits.ts'
import { smsMachine } from './machine.ts'
import { partyKey, type SmsState, textStateOf } from './sms.ts'

const ADA = { account: 'texts', number: '+491701' }

/** The machine, at a second a command. */
class Scene {
  state: SmsState = smsMachine.initial()
  now = 1_000_000

  do(command: SmsCommand): readonly SmsEvent[] {
    this.now += 1_000
    const events = smsMachine.decide(this.state, command, this.now)
    for (const event of events) smsMachine.evolve(this.state, event, this.now)
    return events
  }

  take(key: string, session = 'a', interaction = 'ix-1', completes?: string): readonly SmsEvent[] {
    const arrival = { ...ADA, key, session }
    return this.do({ type: 'TakeText', arrival, interaction, ...(completes !== undefined && { completes }) })
  }

  takePart(number: number, key = `p${number}`, half = 'h'): readonly SmsEvent[] {
    return this.do({ type: 'TakePart', half, party: ADA, total: 3, number, part: { key, coding: 0, content: '41' } })
  }

  write(id: string, parts: readonly string[] = ['hello']): readonly SmsEvent[] {
    return this.do({ type: 'WriteText', text: { ...ADA, id, interaction: 'ix-1', user: 'agent1', parts } })
  }

  /** A part goes out, and a peer has it. */
  send(text: string, part = 0, peerId = `${text}${part}`): void {
    this.do({ type: 'TryPart', text, part })
    this.do({ type: 'SentPart', text, part, peerId })
  }

  report(is: 'delivered' | 'failed', by: { peerId?: string; reference?: number }, party = ADA): readonly SmsEvent[] {
    return this.do({ type: 'ReportReceipt', party, ...by, is, ...(is === 'failed' && { reason: 'EXPIRED' }) })
  }

  stateOf(id: string): string | undefined {
    const text = this.state.outgoing.get(id)
    return text && textStateOf(text)
  }

  partsOf(id: string): string | undefined {
    return this.state.outgoing
      .get(id)
      ?.parts.map(({ state }) => state)
      .join(' ')
  }
}

function refusal(deed: () => unknown): string | undefined {
  try {
    deed()
    return undefined
  } catch (error) {
    return isTandemError(error) ? error.code : String(error)
  }
}

describe('a text that comes', () => {
  it('is in the conversation of its number from then on (DIG-09)', () => {
    const scene = new Scene()
    scene.take('k1')
    expect(scene.state.threads.get(partyKey(ADA))).toBe('ix-1')
    expect(scene.state.parties.get('ix-1')).toEqual(ADA)
    scene.take('k2', 'a', 'ix-2')
    expect(scene.state.threads.get(partyKey(ADA))).toBe('ix-2')
  })

  it('is one when a peer repeats it on another connection, and two when a person says it twice on one', () => {
    const scene = new Scene()
    scene.take('k1', 'a')
    expect(refusal(() => scene.take('k1', 'b'))).toBe('sms.taken')
    expect(scene.take('k1', 'a')).toHaveLength(1)
    scene.now += REPEAT_MS
    expect(scene.take('k1', 'b')).toHaveLength(1)
  })

  it('is one for ever when its name alone says so', () => {
    const scene = new Scene()
    const arrival = { ...ADA, key: 'id-7' }
    scene.do({ type: 'TakeText', arrival, interaction: 'ix-1' })
    scene.now += REPEAT_MS * 10
    expect(refusal(() => scene.do({ type: 'TakeText', arrival, interaction: 'ix-1' }))).toBe('sms.taken')
  })

  it('keeps its parts until it is whole, and knows them when they are repeated afterwards', () => {
    const scene = new Scene()
    scene.takePart(1)
    scene.takePart(2)
    expect(scene.takePart(2)).toEqual([])
    expect(Object.keys(scene.state.halves.get('h')?.parts ?? {})).toEqual(['1', '2'])
    scene.take('whole', 'a', 'ix-1', 'h')
    expect(scene.state.halves.size).toBe(0)
    expect(scene.takePart(1)).toEqual([])
    expect(scene.state.halves.size).toBe(0)
    // Another long text with the same number of the phone's counter is another text.
    expect(scene.takePart(1, 'another')).toHaveLength(1)
    scene.now += REPEAT_MS
    expect(scene.takePart(2, 'p2')).toHaveLength(1)
  })

  it('is remembered within limits', () => {
    const scene = new Scene()
    for (let n = 0; n < KNOWN_MAX + 10; n++) scene.take(`k${n}`, 'a', `ix-${n}`)
    expect(scene.state.known.size).toBe(KNOWN_MAX)
    expect(scene.state.known.has('k9')).toBe(false)
  })
})

describe('a text that leaves', () => {
  it('goes from waiting to delivered, by what the peer says', () => {
    const scene = new Scene()
    scene.write('t')
    expect(scene.stateOf('t')).toBe('waiting')
    scene.send('t')
    expect(scene.stateOf('t')).toBe('sent')
    scene.report('delivered', { peerId: 't0' })
    expect(scene.stateOf('t')).toBe('delivered')
    // Twice, and what comes late, changes nothing.
    expect(scene.report('failed', { peerId: 't0' })).toEqual([])
    expect(scene.write('t')).toEqual([])
  })

  it('is as its worst part, and no further than its slowest', () => {
    const scene = new Scene()
    scene.write('t', ['a', 'b', 'c'])
    scene.send('t', 0)
    expect(scene.stateOf('t')).toBe('waiting')
    scene.send('t', 1)
    scene.send('t', 2)
    scene.report('delivered', { peerId: 't0' })
    scene.report('delivered', { peerId: 't2' })
    expect(scene.stateOf('t')).toBe('sent')
    scene.report('failed', { peerId: 't1' })
    expect(scene.stateOf('t')).toBe('failed')
    expect(scene.state.outgoing.get('t')?.reason).toBe('EXPIRED')
  })

  it('leaves no further parts when one is refused', () => {
    const scene = new Scene()
    scene.write('t', ['a', 'b', 'c'])
    scene.send('t', 0)
    scene.do({ type: 'TryPart', text: 't', part: 1 })
    scene.do({ type: 'FailText', text: 't', part: 1, reason: 'no such number' })
    expect(scene.partsOf('t')).toBe('sent failed failed')
  })

  it('waits again when it is put off', () => {
    const scene = new Scene()
    scene.write('t')
    scene.do({ type: 'TryPart', text: 't', part: 0 })
    scene.do({ type: 'DeferText', text: 't', part: 0, notBefore: 9_000_000, reason: 'throttled' })
    expect(scene.state.outgoing.get('t')).toMatchObject({ notBefore: 9_000_000, reason: 'throttled', attempts: 1 })
    scene.send('t')
    expect(scene.state.outgoing.get('t')).not.toHaveProperty('reason')
  })

  it('is uncertain when the answer is lost, until a report or a late answer tells, or an agent sends it again', () => {
    for (const end of ['report', 'answer', 'agent'] as const) {
      const scene = new Scene()
      scene.write('before')
      scene.write('t', ['a', 'b'])
      scene.do({ type: 'TryPart', text: 't', part: 0 })
      scene.do({ type: 'LosePart', text: 't', part: 0 })
      expect(scene.stateOf('t')).toBe('uncertain')
      // Nobody but an agent sends it again.
      expect(scene.do({ type: 'TryPart', text: 't', part: 0 })).toEqual([])
      // By our reference, which the first text took one of; of another number it is nothing.
      if (end === 'report') {
        expect(scene.report('delivered', { reference: 1 }, { account: 'texts', number: '+492' })).toEqual([])
        scene.report('delivered', { peerId: 'unknown', reference: 1 })
      }
      if (end === 'answer') scene.do({ type: 'SentPart', text: 't', part: 0, peerId: 'x' })
      if (end === 'agent') scene.do({ type: 'ResendText', text: 't' })
      const first = { report: 'delivered', answer: 'sent', agent: 'waiting' }[end]
      expect(scene.partsOf('t'), end).toBe(`${first} waiting`)
    }
  })

  it('is sent again only when it may not have arrived', () => {
    const scene = new Scene()
    scene.write('t', ['a', 'b'])
    expect(scene.do({ type: 'ResendText', text: 't' })).toEqual([])
    scene.send('t', 0)
    scene.send('t', 1)
    expect(refusal(() => scene.do({ type: 'ResendText', text: 't' }))).toBe('sms.not-again')
    expect(refusal(() => scene.do({ type: 'ResendText', text: 'none' }))).toBe('sms.not-again')
    scene.report('failed', { peerId: 't1' })
    scene.do({ type: 'ResendText', text: 't' })
    expect(scene.partsOf('t')).toBe('sent waiting')
  })

  it('has references of its own, which count round', () => {
    const scene = new Scene()
    scene.state.reference = REFERENCES - 1
    scene.write('t', ['a', 'b'])
    scene.write('u')
    expect(scene.state.outgoing.get('t')?.reference).toBe(REFERENCES - 1)
    expect(scene.state.outgoing.get('u')?.reference).toBe(1)
    scene.send('t', 0)
    scene.send('t', 1)
    scene.report('delivered', { reference: 0 })
    expect(scene.partsOf('t')).toBe('sent delivered')
  })

  it('knows a peer that writes its ids in two ways', () => {
    expect(peerIdsOf('255')).toContain('ff')
    expect(peerIdsOf('FF')).toContain('255')
    expect(peerIdsOf('007')).toContain('7')
    const scene = new Scene()
    scene.write('t')
    scene.send('t', 0, '1A')
    scene.report('delivered', { peerId: '26' })
    expect(scene.stateOf('t')).toBe('delivered')
  })

  it('is refused when it is too long, or too many wait', () => {
    const scene = new Scene()
    expect(refusal(() => scene.write('long', Array(PARTS_OUT_MAX + 1).fill('a')))).toBe('sms.too-long')
    for (let n = 0; n < WAITING_MAX; n++) scene.write(`t${n}`)
    expect(refusal(() => scene.write('more'))).toBe('sms.waiting')
    scene.send('t0')
    expect(scene.write('more')).toHaveLength(1)
  })

  it('is forgotten when it is done, the oldest first, and never while it waits', () => {
    const scene = new Scene()
    scene.write('waits')
    for (let n = 0; n < DONE_MAX + 5; n++) {
      scene.write(`t${n}`)
      scene.send(`t${n}`)
    }
    expect(scene.state.outgoing.size).toBeLessThanOrEqual(DONE_MAX + 1)
    expect(scene.state.outgoing.has('waits')).toBe(true)
    expect(scene.state.outgoing.has('t0')).toBe(false)
  })
})

describe('the machine of text messages', () => {
  const command = fc.oneof(
    fc.record({
      deed: fc.constant('write' as const),
      id: fc.constantFrom('t', 'u'),
      parts: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({
      deed: fc.constantFrom(
        'TryPart',
        'SentPart',
        'DeferText',
        'FailText',
        'LosePart',
        'ResendText',
        'report' as const,
      ),
      id: fc.constantFrom('t', 'u'),
      part: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ deed: fc.constant('part' as const), number: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      deed: fc.constant('take' as const),
      key: fc.constantFrom('k', 'l'),
      session: fc.constantFrom('a', 'b'),
    }),
  )

  it('never tries a part twice unless nobody took it or an agent asked, and goes through a dump unchanged', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const scene = new Scene()
        /** Parts that a peer may have. */
        const told = new Set<string>()
        for (const one of commands) {
          const events = attempt(scene, one)
          for (const event of events) {
            if (event.type === 'PartTried') {
              const name = `${event.text} ${event.part}`
              expect(told.has(name)).toBe(false)
              told.add(name)
            }
            if (event.type === 'TextDeferred') told.delete(`${event.text} ${event.part}`)
            if (event.type === 'TextResent') told.clear()
          }
          const dump = JSON.parse(JSON.stringify(smsMachine.dump(scene.state)))
          expect(smsMachine.restore(dump)).toEqual(scene.state)
        }
      }),
    )
  })

  function attempt(scene: Scene, one: { readonly deed: string } & Record<string, unknown>): readonly SmsEvent[] {
    const { deed, id = 't', part = 0 } = one as { deed: string; id?: string; part?: number }
    try {
      switch (deed) {
        case 'write':
          return scene.write(id, Array(one['parts'] as number).fill('x'))
        case 'part':
          return scene.takePart(one['number'] as number)
        case 'take':
          return scene.take(one['key'] as string, one['session'] as string, 'ix-1', 'h')
        case 'report':
          return scene.report('delivered', { reference: part })
        case 'ResendText':
          return scene.do({ type: deed, text: id })
        case 'DeferText':
          return scene.do({ type: deed, text: id, part, notBefore: 0, reason: 'later' })
        case 'FailText':
          return scene.do({ type: deed, text: id, part, reason: 'no' })
        default:
          return scene.do({ type: deed as 'TryPart', text: id, part })
      }
    } catch (cause) {
      if (isTandemError(cause)) return []
      throw cause
    }
  }

  it('passes over what a newer release writes, and refuses a dump of another format', () => {
    const scene = new Scene()
    const before = JSON.stringify(smsMachine.dump(scene.state))
    smsMachine.evolve(scene.state, { type: 'TextTranslated' } as unknown as SmsEvent, 1)
    expect(JSON.stringify(smsMachine.dump(scene.state))).toBe(before)
    expect(() => smsMachine.restore({ format: 2 })).toThrow()
  })
})

describe('a conversation that an agent begins by text message', () => {
  const begin = (scene: Scene, interaction: string, after?: string) =>
    scene.do({ type: 'BeginThread', party: ADA, interaction, ...(after !== undefined && { after }) })

  it('is that of its number, and the same again is none', () => {
    const scene = new Scene()
    expect(begin(scene, 'ix-7')).toEqual([{ type: 'ThreadBegun', party: ADA, interaction: 'ix-7' }])
    expect(begin(scene, 'ix-7')).toEqual([])
    expect(scene.state.threads.get(partyKey(ADA))).toBe('ix-7')
    expect(scene.state.parties.get('ix-7')).toEqual(ADA)
    const after = smsMachine.restore(JSON.parse(JSON.stringify(smsMachine.dump(scene.state))))
    expect(after.threads).toEqual(scene.state.threads)
  })

  it('is refused when the number has written meanwhile: there would be two', () => {
    const scene = new Scene()
    scene.take('k1', 'a', 'ix-1')
    expect(refusal(() => begin(scene, 'ix-7'))).toBe('sms.begun')
    expect(refusal(() => begin(scene, 'ix-7', 'ix-0'))).toBe('sms.begun')
    expect(begin(scene, 'ix-7', 'ix-1')).toHaveLength(1)
  })
})
