import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { type SmsCommand, type SmsState, smsMachine, textStateOf } from '#kernel/sms'

const ADA = { account: 'texts', number: '+491701' }
const HALF = 'ada 7'

/**
 * A network that takes, loses and repeats, and cores that die between any two steps: what an adapter does, without its sockets. A life that ends forgets
 * all but the state, which goes through a dump.
 */
class Network {
  state: SmsState = smsMachine.initial()
  now = 1_000_000
  /** How often the network took each part, and how often an agent asked for it again. */
  readonly took = new Map<string, number>()
  readonly asked = new Map<string, number>()
  /** What the network was answered for, and what the conversations have, by the name of what a person sent. */
  readonly answered = new Set<string>()
  readonly lines: string[] = []
  #session = 0

  submit(command: SmsCommand): boolean {
    this.now += 1_000
    try {
      const events = smsMachine.decide(this.state, command, this.now)
      for (const event of events) smsMachine.evolve(this.state, event, this.now)
      return true
    } catch (cause) {
      if (isTandemError(cause, 'sms.taken')) return false
      throw cause
    }
  }

  dies(): void {
    this.state = smsMachine.restore(JSON.parse(JSON.stringify(smsMachine.dump(this.state))))
    this.#session++
    // What the next life does first: what was being handed over is known by nobody.
    for (const { id, parts } of [...this.state.outgoing.values()]) {
      for (const [part, { state }] of parts.entries()) {
        if (state === 'tried') this.submit({ type: 'LosePart', text: id, part })
      }
    }
  }

  /** A part is handed over, and the core dies after so many steps: told in the log, taken by the network, its answer in the log. */
  sends(id: string, steps: number): void {
    const text = this.state.outgoing.get(id)
    const part = text?.parts.findIndex(({ state }) => state === 'waiting') ?? -1
    if (part < 0) return
    this.submit({ type: 'TryPart', text: id, part })
    if (steps > 0) count(this.took, `${id} ${part}`)
    if (steps > 1) this.submit({ type: 'SentPart', text: id, part, peerId: `${id}${part}` })
    if (steps < 2) this.dies()
  }

  resends(id: string): void {
    const text = this.state.outgoing.get(id)
    if (!text || !['failed', 'uncertain'].includes(textStateOf(text))) return
    for (const [part, { state }] of text.parts.entries()) {
      if (state === 'failed' || state === 'uncertain') count(this.asked, `${id} ${part}`)
    }
    this.submit({ type: 'ResendText', text: id })
  }

  /** The network reports all that it has, by its own ids or by our references. */
  reports(isByReference: boolean): void {
    for (const { id, reference, parts } of [...this.state.outgoing.values()]) {
      for (const part of parts.keys()) {
        if (!this.took.has(`${id} ${part}`)) continue
        const by = isByReference ? { reference: reference + part } : { peerId: `${id}${part}` }
        this.submit({ type: 'ReportReceipt', party: ADA, ...by, is: 'delivered' })
      }
    }
  }

  /** A person's text is delivered, and again until it is answered for; the core may die before it is in the log, or before the answer. */
  delivers(name: string, deaths: readonly ('before' | 'after')[]): void {
    for (const death of [...deaths, undefined]) {
      if (death !== 'before') {
        const arrival = { ...ADA, key: name, session: `s${this.#session}` }
        if (this.submit({ type: 'TakeText', arrival, interaction: 'ix-1' })) this.lines.push(name)
      }
      if (death) this.dies()
    }
    this.answered.add(name)
  }

  /** The same of a long text, part by part. */
  deliversLong(name: string, total: number, deaths: readonly ('before' | 'after')[]): void {
    for (let number = 1; number <= total; number++) {
      for (const death of [...(number === total ? deaths : []), undefined]) {
        if (death !== 'before') this.#part(name, total, number)
        if (death) this.dies()
      }
    }
    this.answered.add(name)
  }

  #part(name: string, total: number, number: number): void {
    const part = { key: `${name} ${number}`, coding: 0, content: '41' }
    this.submit({ type: 'TakePart', half: HALF, party: ADA, total, number, part })
    const half = this.state.halves.get(HALF)
    if (!half || Object.keys(half.parts).length < total) return
    const arrival = { ...ADA, key: `${name} whole`, session: `s${this.#session}` }
    if (this.submit({ type: 'TakeText', arrival, interaction: 'ix-1', completes: HALF })) this.lines.push(name)
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

const death = fc.constantFrom('before' as const, 'after' as const)

describe('texts in a network that loses and repeats, with cores that die at every step (IR-13, IR-22)', () => {
  it('leave no oftener than once, and once more for each time that an agent asked', () => {
    const step = fc.oneof(
      fc.record({ does: fc.constant('write' as const), parts: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ does: fc.constant('send' as const), steps: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ does: fc.constantFrom('resend' as const, 'die' as const, 'report' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, isByReference) => {
        const network = new Network()
        let written = 0
        for (const one of steps) {
          const id = `t${Math.max(1, written)}`
          if (one.does === 'write') {
            const parts = Array.from({ length: one.parts }, () => 'x')
            network.submit({
              type: 'WriteText',
              text: { ...ADA, id: `t${++written}`, interaction: 'ix-1', user: 'a', parts },
            })
          }
          if (one.does === 'send') network.sends(id, one.steps)
          if (one.does === 'resend') network.resends(id)
          if (one.does === 'report') network.reports(isByReference)
          if (one.does === 'die') network.dies()
        }
        for (const [name, times] of network.took) {
          expect(times, name).toBeLessThanOrEqual(1 + (network.asked.get(name) ?? 0))
        }
        for (const { id, parts } of network.state.outgoing.values()) {
          for (const [part, { state }] of parts.entries()) {
            // What is said to be with the network is; what is said to wait without anybody's asking is not.
            const took = network.took.get(`${id} ${part}`) ?? 0
            if (state === 'sent' || state === 'delivered') expect(took).toBeGreaterThan(0)
            if (state === 'waiting' && !network.asked.has(`${id} ${part}`)) expect(took).toBe(0)
          }
        }
      }),
    )
  })

  it('are told of by reports after all, whatever was lost', () => {
    const network = new Network()
    network.submit({ type: 'WriteText', text: { ...ADA, id: 't1', interaction: 'ix-1', user: 'a', parts: ['x', 'y'] } })
    network.sends('t1', 1)
    network.sends('t1', 2)
    expect(textStateOf(network.state.outgoing.get('t1')!)).toBe('uncertain')
    network.reports(true)
    expect(textStateOf(network.state.outgoing.get('t1')!)).toBe('delivered')
  })

  it('come in once, each, when they are repeated until they are answered for', () => {
    const text = fc.record({ parts: fc.integer({ min: 1, max: 3 }), deaths: fc.array(death, { maxLength: 3 }) })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
        const network = new Network()
        for (const [n, { parts, deaths }] of texts.entries()) {
          if (parts === 1) network.delivers(`text ${n}`, deaths)
          else network.deliversLong(`text ${n}`, parts, deaths)
        }
        expect(network.lines).toEqual([...network.answered])
        expect(network.state.halves.size).toBe(0)
      }),
    )
  })
})
