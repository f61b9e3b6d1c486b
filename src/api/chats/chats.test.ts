import { describe, expect, it } from 'vitest'
import type { CommittedEvent } from '#api/live'
import { VirtualClock } from '#base'
import { MemoryRegisters, type Registers } from '#seams/registers'
import { ConversationHub } from './conversation-hub.ts'
import { fileTypeOf } from './file-type.ts'
import { Rate } from './rate.ts'
import { TypingMarks } from './typing-marks.ts'

describe('what visitors may do how often', () => {
  it('is so much at once, and the rest as time goes by, each for itself', () => {
    const clock = new VirtualClock()
    const rate = new Rate(clock, 3, 3_000)
    expect([1, 2, 3].map(() => rate.take('a'))).toEqual([0, 0, 0])
    expect(rate.take('a')).toBe(1_000)
    expect(rate.take('b')).toBe(0)
    clock.advance(1_000)
    expect(rate.take('a')).toBe(0)
    expect(rate.take('a')).toBe(1_000)
    clock.advance(60_000)
    expect([1, 2, 3].map(() => rate.take('a'))).toEqual([0, 0, 0])
    expect(rate.take('a')).toBeGreaterThan(0)
  })
})

describe('a file', () => {
  it.each([
    ['image/png', '89504e470d0a1a0a00'],
    ['image/jpeg', 'ffd8ffe000'],
    ['image/gif', '474946383961'],
    ['image/webp', '524946460000000057454250'],
    ['application/pdf', '255044462d312e37'],
    ['application/zip', '504b030414'],
  ])('is %s by its own first bytes', (type, hex) => expect(fileTypeOf(Buffer.from(hex, 'hex'))).toBe(type))

  it('is text when it is, also when a long one is cut within a character', () => {
    expect(fileTypeOf(Buffer.from('Grüße\n'))).toBe('text/plain')
    expect(fileTypeOf(Buffer.from(`a${'ü'.repeat(40_000)}`))).toBe('text/plain')
  })

  it.each([
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a drawing that runs scripts', '\n <svg onload="alert(1)"/>'],
    ['a script', '#!/bin/sh\n'],
    ['nothing', ''],
    ['bytes', '\u0000\u0001\u0002'],
  ])('is refused when it is %s', (_, content) => expect(fileTypeOf(Buffer.from(content))).toBeUndefined())

  it('is refused when it is no text of this world', () =>
    expect(fileTypeOf(Buffer.from([0xc3, 0x28, 0x41]))).toBeUndefined())
})

const marksOf = (clock: VirtualClock, registers: Registers = new MemoryRegisters(clock)) =>
  new TypingMarks({ registers, clock })

describe('that somebody is writing', () => {
  it('is known to every core of a pool, told when it begins and ends, and renewed without being told (UCC-03)', () => {
    const clock = new VirtualClock()
    const registers = new MemoryRegisters(clock)
    const [here, there] = [marksOf(clock, registers), marksOf(clock, registers)]
    const told: string[] = []
    there.onChanged((place) => told.push(place))
    here.type('room/1', 'ann e', true)
    expect([...there.at('room/1')]).toEqual(['ann e'])
    for (let n = 0; n < 4; n++) {
      clock.advance(3_000)
      here.type('room/1', 'ann e', true)
    }
    expect(there.is('room/1', 'ann e')).toBe(true)
    expect(told).toEqual(['room/1'])
    // A core that died says nothing any more.
    clock.advance(8_000)
    expect(there.is('room/1', 'ann e')).toBe(false)
    here.type('room/1', 'ann e', true)
    there.type('room/1', 'ann e', false)
    expect(here.at('room/1').size).toBe(0)
    expect(told).toEqual(['room/1', 'room/1', 'room/1', 'room/1'])
  })

  it('is told the registers no more often than every two seconds, however often it is said', () => {
    const clock = new VirtualClock()
    const registers = new MemoryRegisters(clock)
    let told = 0
    const marks = new TypingMarks({
      clock,
      registers: {
        set: (...words) => {
          told++
          return registers.set(...words)
        },
        remove: (key) => registers.remove(key),
        watch: (prefix, changed) => registers.watch(prefix, changed),
      },
    })
    for (let n = 0; n < 40; n++) {
      marks.type('a', 'customer', true)
      clock.advance(100)
    }
    expect(told).toBe(2)
  })

  it('is known to this core alone while the registers are away, which is no fault', () => {
    const clock = new VirtualClock()
    const away = new MemoryRegisters(clock)
    const set = away.set.bind(away)
    away.set = async (...words) => {
      await set(...words)
      throw new TypeError('away')
    }
    const marks = marksOf(clock, away)
    marks.type('a', 'customer', true)
    expect(marks.is('a', 'customer')).toBe(true)
  })
})

describe('who follows a conversation', () => {
  function hubOf() {
    const clock = new VirtualClock()
    let tell: (batch: readonly CommittedEvent[]) => void = () => {}
    const onCommitted = (listener: typeof tell) => {
      tell = listener
      return () => {}
    }
    const hub = new ConversationHub({ onCommitted }, clock, marksOf(clock))
    const write = (interaction: string) =>
      tell([
        {
          ...{ sequence: 1, term: 1, at: 1 },
          event: { type: 'MessageAdded', interaction, message: { id: 'm1', by: 'customer', text: 'x' } },
        },
      ])
    return { clock, hub, write }
  }

  it('is called when it changes, and no more after leaving', () => {
    const { hub, write } = hubOf()
    let calls = 0
    const leave = hub.follow('a', () => calls++)
    write('b')
    expect(calls).toBe(0)
    write('a')
    expect(calls).toBe(1)
    leave()
    write('a')
    expect(calls).toBe(1)
    expect(hub.size).toBe(0)
  })

  it('sees that the other side types until it has written, stops, or is silent for a while', () => {
    const { hub, write, clock } = hubOf()
    hub.follow('a', () => {})
    hub.type('a', 'customer', true)
    expect(hub.isTyping('a', 'customer')).toBe(true)
    expect(hub.isTyping('a', 'agents')).toBe(false)
    write('a')
    expect(hub.isTyping('a', 'customer')).toBe(false)
    hub.type('a', 'customer', true)
    clock.advance(8_000)
    expect(hub.isTyping('a', 'customer')).toBe(false)
  })

  it('is called again and again, so that a place that moves is seen', () => {
    const { hub, clock } = hubOf()
    let calls = 0
    hub.follow('a', () => calls++)
    clock.advance(2_000)
    clock.advance(2_000)
    expect(calls).toBe(2)
    hub.close()
    clock.advance(10_000)
    expect(calls).toBe(2)
  })
})
