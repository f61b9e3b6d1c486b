import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { freeBesideWaiting } from '#kernel/centre'
import type { ConfigurationChange, Overflow, Queue, Schedule } from '#kernel/config'
import { Scene } from './scene.ts'

function scene(overflow: readonly Overflow[], more: Partial<Queue> = {}): Scene {
  const made = new Scene()
  made.changes(made.queue('support', { overflow, positionEveryMs: 0, ...more }))
  return made
}

const TO_SALES = { type: 'queue', queue: 'sales' } as const

describe('overflow', () => {
  it('by wait: to another queue, where the time waited counts', () => {
    const it1 = scene([{ when: { type: 'waited', afterMs: 20_000 }, to: TO_SALES }])
    it1.arrives('1001')
    expect(it1.passes(19_999)).toEqual([])
    expect(it1.passes(1)).toEqual(['Overflowed support waited', 'Queued sales 50'])
    it1.passes(5_000)
    it1.arrives('1002')
    it1.phones('agent2')
    expect(it1.phase('ix-1')).toMatchObject({ state: 'offered', queue: 'sales', enteredAt: it1.world.now - 5_000 })
    expect(it1.phase('ix-1')).toMatchObject({ rankAt: it1.world.now - 25_000 - 50 * 30_000 })
  })

  it('by wait, but not while a phone rings', () => {
    const it1 = scene([{ when: { type: 'waited', afterMs: 5_000 }, to: TO_SALES }]).phones('agent1')
    it1.arrives('1001')
    expect(it1.passes(14_999)).toEqual([])
    expect(it1.passes(1)).toEqual([
      'OfferEnded agent1 no-answer until 25000',
      'Overflowed support waited',
      'Queued sales 50',
    ])
  })

  it('by size: who comes when so many wait goes elsewhere, and who waits stays', () => {
    const it1 = scene([{ when: { type: 'size', waiting: 2 }, to: TO_SALES }])
    for (const _ of [1, 2]) expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(it1.arrives('1001').slice(-3)).toEqual(['Queued support 50', 'Overflowed support size', 'Queued sales 50'])
    it1.hangsUp('ix-1.p1')
    expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
  })

  it('by nobody logged on: asked on entering, and again while it waits', () => {
    const it1 = scene([{ when: { type: 'nobody' }, to: TO_SALES }])
    expect(it1.arrives('1001').slice(-2)).toEqual(['Overflowed support nobody', 'Queued sales 50'])
    it1.hangsUp('ix-1.p1')
    it1.phones('agent1')
    it1.does({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
    expect(it1.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(it1.passes(45_000)).toEqual(['Widened 0'])
    it1.does({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    expect(it1.passes(15_000)).toEqual(['Overflowed support nobody', 'Queued sales 50'])
  })

  it('to a flow, a number, and a mailbox (ACD-14, VML-01)', () => {
    const rules = (to: Overflow['to']): Overflow[] => [{ when: { type: 'waited', afterMs: 1_000 }, to }]
    const flow = scene(rules({ type: 'flow', flow: 'main' }))
    flow.arrives('1001')
    expect(flow.passes(1_000)).toEqual(['Overflowed support waited', 'StepEntered main/greeting'])
    const person = scene(rules({ type: 'number', number: '2002' })).phones('agent2')
    person.arrives('1001')
    expect(person.passes(1_000).at(-1)).toBe('Offered agent2 ix-1.p2 until 31000')
    const mailbox = scene(rules({ type: 'voicemail', mailbox: 'support' }))
    mailbox.arrives('1001')
    expect(mailbox.passes(1_000).at(-1)).toBe('StepEntered voicemail:support/record')
    expect(mailbox.hears('ix-1.p1')).toEqual(['voicemail-intro', 'beep'])
    expect(mailbox.heard('ix-1.p1').at(-1)).toBe('RecordingStarted ix-1.r1 of ix-1.p1')
    mailbox.crashes()
    expect(mailbox.presses('ix-1.p1', '#')).toEqual([
      'DigitPressed #',
      'RecordingEnded ix-1.r1',
      'StepEntered voicemail:support/thanks',
    ])
    const started = mailbox.world.log.map(({ event }) => event).find((event) => event.type === 'RecordingStarted')
    expect(started).toMatchObject({ mailbox: 'support' })
  })

  it('of what is no call goes to queues only', () => {
    const it1 = scene([
      { when: { type: 'waited', afterMs: 1_000 }, to: { type: 'flow', flow: 'main' } },
      { when: { type: 'waited', afterMs: 2_000 }, to: TO_SALES },
    ])
    it1.does({ type: 'CreateWorkItem', interaction: 'wi', subject: 'x', queue: 'support' })
    expect(it1.passes(1_500)).toEqual(['Widened 0'])
    expect(it1.passes(500)).toEqual(['Overflowed support waited', 'Queued sales 50'])
  })

  it('that is configured while contacts wait is theirs as well, and so are rings', () => {
    const it1 = scene([])
    it1.arrives('1001')
    it1.passes(10_000)
    const overflow: Overflow[] = [{ when: { type: 'waited', afterMs: 30_000 }, to: TO_SALES }]
    expect(it1.changes(it1.queue('support', { overflow }))).toEqual(['ConfigurationChanged 3', 'Widened 0'])
    expect(it1.passes(19_999)).toEqual([])
    expect(it1.passes(1)).toEqual(['Overflowed support waited', 'Queued sales 50'])
    const rings = [{ afterMs: 5_000, queues: ['support'] }]
    it1.phones('agent1')
    expect(it1.phase('ix-1').state).toBe('queued')
    it1.changes(it1.queue('sales', { rings, positionEveryMs: 0 }))
    expect(it1.passes(5_000).at(-1)).toBe('Offered agent1 ix-1.p2 until 50000')
  })

  it('in a ring of queues keeps its caller somewhere', () => {
    const it1 = scene([{ when: { type: 'nobody' }, to: TO_SALES }])
    it1.changes(
      it1.queue('sales', { overflow: [{ when: { type: 'nobody' }, to: { type: 'queue', queue: 'support' } }] }),
    )
    const events = it1.arrives('1001')
    expect(events.length).toBeLessThan(30)
    expect(it1.phase('ix-1').state).toBe('queued')
    it1.phones('agent1', 'agent2')
    expect(it1.phase('ix-1').state).toBe('offered')
  })
})

describe('a schedule', () => {
  const office: Schedule = {
    name: 'office',
    timeZone: 'Europe/Berlin',
    weekly: [{ days: [1, 2, 3, 4, 5], spans: [{ from: '09:00', to: '17:00' }] }],
  }
  const schedule: ConfigurationChange = { kind: 'schedule', name: 'office', value: office }

  /** The demo at a moment, its support queue open by the schedule. */
  function at(moment: string): Scene {
    const it1 = new Scene()
    it1.world.now = Date.parse(moment)
    it1.changes(schedule)
    const rule = {
      when: { type: 'closed', schedule: 'office' },
      to: { type: 'voicemail', mailbox: 'support' },
    } as const
    it1.changes(it1.queue('support', { overflow: [rule], positionEveryMs: 0 }))
    return it1
  }

  it('sends who comes too late to the mailbox, and who still waits when it closes', () => {
    const late = at('2026-11-26T16:00:00Z')
    expect(late.arrives('1001').slice(-2)).toEqual([
      'Overflowed support closed',
      'StepEntered voicemail:support/record',
    ])
    const waiting = at('2026-11-26T15:59:00Z')
    expect(waiting.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(waiting.passes(59_999)).toEqual([])
    expect(waiting.passes(1)).toContain('Overflowed support closed')
  })

  it('goes by the clock of its place through the change of clocks', () => {
    // Friday is winter time, Monday is summer time: 17:00 is an hour earlier by UTC.
    expect(at('2026-03-27T15:59:59Z').arrives('1001').at(-1)).toBe('Queued support 50')
    expect(at('2026-03-30T15:00:00Z').arrives('1001')).toContain('Overflowed support closed')
    const monday = at('2026-03-30T14:59:00Z')
    monday.arrives('1001')
    expect(monday.passes(60_000)).toContain('Overflowed support closed')
  })

  it('that a queue goes by is not removed, and one that is not there not gone by', () => {
    const it1 = at('2026-11-26T12:00:00Z')
    const refusal = (change: ConfigurationChange): unknown => {
      try {
        it1.changes(change)
      } catch (error) {
        return isTandemError(error) ? error.fields['path'] : error
      }
      return undefined
    }
    expect(refusal({ kind: 'schedule', name: 'office' })).toBe('queues.support.overflow.0.when.schedule')
    const rule = { when: { type: 'closed', schedule: 'night' }, to: TO_SALES } as const
    expect(refusal(it1.queue('support', { overflow: [rule] }))).toBe('queues.support.overflow.0.when.schedule')
    for (const [to, path] of [
      [{ type: 'queue', queue: 'support' }, 'queues.support.overflow.0.to.queue'],
      [{ type: 'flow', flow: 'none' }, 'queues.support.overflow.0.to.flow'],
      [{ type: 'number', number: '999' }, 'queues.support.overflow.0.to.number'],
      [{ type: 'voicemail', mailbox: 'none' }, 'queues.support.overflow.0.to.mailbox'],
    ] as const) {
      expect(refusal(it1.queue('support', { overflow: [{ when: { type: 'nobody' }, to }] }))).toBe(path)
    }
    expect(
      refusal({ kind: 'schedule', name: 'mars', value: { ...office, name: 'mars', timeZone: 'Mars/Olympus' } }),
    ).toBe('schedules.mars.timeZone')
    const spans = [{ from: '17:00', to: '09:00' }]
    expect(
      refusal({ kind: 'schedule', name: 'x', value: { ...office, name: 'x', weekly: [{ days: [1], spans }] } }),
    ).toBe('schedules.x.weekly.0.spans.0')
  })

  it('is kept through a crash', () => {
    const it1 = at('2026-11-26T12:00:00Z').crashes()
    expect(it1.world.head.configuration.schedules.get('office')).toEqual(office)
  })
})

describe('the watch over promise 6', () => {
  it('sees nobody free beside who waits, and would see it if there were', () => {
    const it1 = new Scene().phones('agent1')
    it1.arrives('1001')
    it1.passes(2_000)
    it1.arrives('1001')
    expect(freeBesideWaiting(it1.world.head, it1.world.now)).toEqual({ demands: 0, worstMs: 0 })
    // A state that no routing has looked at: the agent is there though nobody offered it anything.
    const { head, now } = it1.world
    const agent = head.agents.get('agent1')!
    head.agents.set('agent3', { ...agent, user: 'agent3', work: [], idleSince: now - 500 })
    expect(freeBesideWaiting(head, now + 1_500)).toEqual({ demands: 1, worstMs: 1_500 })
    head.agents.set('agent3', { ...agent, user: 'agent3', work: [], inactive: ['support'] })
    expect(freeBesideWaiting(head, now + 1_500).demands).toBe(0)
  })
})
