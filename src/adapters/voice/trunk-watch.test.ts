import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { centreMachine } from '#kernel/centre'
import type { Trunk } from '#kernel/config'
import { type AnySipMessage, responseTo, SipRequest } from '#protocols/sip'
import { newCounters, type VoiceContext, type VoiceSequencer } from './context.ts'
import { voiceMachine } from './leg/machine.ts'
import { TrunkWatch } from './trunk-watch.ts'
import { Trunks } from './trunks.ts'

const EDGE = { role: 'edge', name: 'edge-1', instance: 'a', sipHost: '192.0.2.1', sipPort: 5060 } as const

/** Two trunks that carry the same numbers, and an edge whose answers a test gives. */
function watched() {
  const clock = new VirtualClock()
  const states = { centre: centreMachine.initial(), voice: voiceMachine.initial() }
  const trunk = (name: string, more: Partial<Trunk>) => {
    const value: Trunk = { name, host: `${name}.example`, numbers: ['0*'], callsMax: 1, ...more }
    ;(states.centre.configuration.trunks as Map<string, Trunk>).set(name, value)
  }
  trunk('first', { rank: 1 })
  trunk('second', { port: 5070, transport: 'tcp' })
  trunk('resting', { paused: true })
  const sequencer = { committed: { states }, now: () => clock.now() } as unknown as VoiceSequencer
  const context: VoiceContext = { sequencer, clock, logger: silentLogger, counters: newCounters() }
  const sent: SipRequest[] = []
  const edges = {
    any: () => EDGE,
    send: (_: string, message: AnySipMessage) => message instanceof SipRequest && sent.push(message) > 0,
  }
  const trunks = new Trunks(context, () => undefined)
  const watch = new TrunkWatch(context, edges, trunks)
  watch.start()
  const answer = (status: number, to = sent.at(-1)!) => watch.take(responseTo(to, status))
  const first = () => trunks.choose('0301')?.name
  return { clock, sent, watch, answer, first, trunks }
}

describe('the watch over trunks (TEL-07)', () => {
  it('asks each that is not paused, every 30 s, where it is', () => {
    const { clock, sent } = watched()
    clock.advance(29_999)
    expect(sent).toEqual([])
    clock.advance(1)
    expect(sent.map(({ method, uri }) => `${method} ${uri}`)).toEqual([
      'OPTIONS sip:first.example',
      'OPTIONS sip:second.example:5070;transport=tcp',
    ])
    clock.advance(30_000)
    expect(sent).toHaveLength(4)
  })

  it('puts one behind the others that does not answer, until it does (FS-26)', () => {
    const { clock, sent, answer, first } = watched()
    clock.advance(30_000)
    answer(200, sent[1])
    expect(first()).toBe('first')
    clock.advance(4_000)
    expect(first()).toBe('second')
    clock.advance(26_000)
    expect(answer(200, sent[2])).toBe(true)
    expect(first()).toBe('first')
  })

  it.each([
    [404, 'first'],
    [401, 'first'],
    [503, 'second'],
    [408, 'second'],
  ])('takes %i for a word of %s being the one to try', (status, expected) => {
    const { clock, sent, answer, first } = watched()
    clock.advance(30_000)
    answer(100, sent[0])
    answer(status, sent[0])
    expect(first()).toBe(expected)
  })

  it('shows which serve and how many calls they carry (TEL-25)', () => {
    const { clock, sent, answer, trunks } = watched()
    clock.advance(30_000)
    answer(503, sent[0])
    expect(trunks.status()).toEqual([
      { name: 'first', calls: 0, callsMax: 1, serves: false },
      { name: 'second', calls: 0, callsMax: 1, serves: true },
      { name: 'resting', calls: 0, callsMax: 1, serves: false },
    ])
  })

  it('takes no answer that it did not ask for, nor one twice, and asks no more once it is closed', () => {
    const { clock, sent, watch, answer } = watched()
    clock.advance(30_000)
    expect(answer(200)).toBe(true)
    expect(answer(200)).toBe(false)
    watch.close()
    clock.advance(120_000)
    expect(sent).toHaveLength(2)
  })
})
