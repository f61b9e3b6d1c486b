import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import type { Channel, MediaEvent } from '#protocols/control'
import { EventKeeper } from './event-keeper.ts'

class FakeChannel implements Channel {
  readonly told: MediaEvent[] = []
  room = Number.POSITIVE_INFINITY

  notify(notice: unknown): boolean {
    if (this.told.length >= this.room) return false
    this.told.push(notice as MediaEvent)
    return true
  }

  request(): Promise<unknown> {
    return Promise.resolve()
  }

  async close(): Promise<void> {}
}

const digit = (n: number) => ({ type: 'digit', session: 'a', digit: String(n % 10), durationMs: 100 }) as const
const numbers = (channel: FakeChannel) => channel.told.map((event) => event.number)

function keeper() {
  const clock = new VirtualClock()
  return { clock, events: new EventKeeper({ clock, logger: silentLogger }) }
}

describe('event keeper', () => {
  it('numbers events from one and tells each core what is unconfirmed', () => {
    const { events } = keeper()
    for (let n = 0; n < 3; n++) events.add(digit(n))
    const first = new FakeChannel()
    events.connect(first)
    expect(numbers(first)).toEqual([1, 2, 3])
    events.confirm(2)
    events.add(digit(3))
    expect(numbers(first)).toEqual([1, 2, 3, 4])
    const second = new FakeChannel()
    events.connect(second)
    events.disconnect(first)
    expect(numbers(second)).toEqual([3, 4])
    events.confirm(4)
    expect(events.size).toBe(0)
  })

  it('goes on where the channel had no more room', () => {
    const { clock, events } = keeper()
    const channel = new FakeChannel()
    channel.room = 2
    events.connect(channel)
    for (let n = 0; n < 5; n++) events.add(digit(n))
    expect(numbers(channel)).toEqual([1, 2])
    channel.room = 100
    clock.advance(200)
    expect(numbers(channel)).toEqual([1, 2, 3, 4, 5])
    expect(clock.pending).toBe(0)
  })

  it('drops the oldest past its bound, and the gap in numbers shows it', () => {
    const { events } = keeper()
    for (let n = 0; n < 50_001; n++) events.add(digit(n))
    expect(events.size).toBeLessThanOrEqual(50_000)
    const channel = new FakeChannel()
    events.connect(channel)
    expect(numbers(channel)[0]).toBeGreaterThan(1)
    expect(numbers(channel).at(-1)).toBe(50_001)
  })
})
