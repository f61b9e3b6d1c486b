import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssertionError, isTandemError } from '#base'
import { demoCentre } from '#kernel/config'
import type { CentreCommand } from './command.ts'
import type { CentreEvent } from './event.ts'
import { DUE_AT_ONCE_MAX, INTERACTIONS_MAX } from './limits.ts'
import { centreMachine } from './machine.ts'
import type { CentreStore } from './store.ts'

const NOW = 1_000_000

function submit(state: CentreStore, command: CentreCommand, now = NOW): readonly CentreEvent[] {
  const events = centreMachine.decide(state, command, now)
  for (const event of events) centreMachine.evolve(state, event, now)
  return events
}

function demo(): CentreStore {
  const state = centreMachine.initial()
  submit(state, { type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
  return state
}

function arrive(n: number, to = '1001'): CentreCommand {
  return { type: 'Arrive', interaction: `ix-${n}`, from: '555', to }
}

/** A state with something of everything in it. */
function busy(): CentreStore {
  const state = demo()
  for (const user of ['agent1', 'agent2', 'agent3']) submit(state, { type: 'SetReachable', user, reachable: true })
  for (const [index, to] of ['1000', '1001', '1001', '1001', '1002', '1011', '2005', '2002'].entries()) {
    submit(state, arrive(index, to))
  }
  submit(state, { type: 'ReportConnected', interaction: 'ix-1', participant: 'ix-1.p2' })
  submit(state, { type: 'EndProgram', interaction: 'ix-5', participant: 'ix-5.p1', program: 'ix-5.v1' })
  submit(state, { type: 'ReportFailed', interaction: 'ix-2', participant: 'ix-2.p2', reason: 'busy' })
  submit(state, { type: 'CreateCallback', interaction: 'cb-1', number: '0301234', queue: 'sales' })
  return state
}

/** The text of everything in a state. */
function text(state: CentreStore): string {
  return JSON.stringify(centreMachine.dump(state))
}

const EVENTS_OF_NOTHING: readonly CentreEvent[] = [
  { type: 'StepEntered', interaction: 'no', flow: 'main', step: 'menu', visit: 1, attempt: 1 },
  { type: 'DigitPressed', interaction: 'no', participant: 'no.p1', digit: '1' },
  { type: 'ProgramEnded', interaction: 'no', program: 'no.v1' },
  { type: 'Queued', interaction: 'no', queue: 'no', priority: 1, enteredAt: 1, visit: 1, prompts: [] },
  { type: 'Announced', interaction: 'no', visit: 1, prompts: [], nextAnnouncementAt: 1 },
  { type: 'OfferEnded', interaction: 'no', participant: 'no.p2', user: 'nobody', reason: 'busy' },
  { type: 'ParticipantAlerting', interaction: 'no', participant: 'no.p1' },
  { type: 'ParticipantConnected', interaction: 'no', participant: 'no.p1' },
  { type: 'ParticipantCleared', interaction: 'no', participant: 'no.p1', reason: 'x' },
  { type: 'Held', interaction: 'no', by: 'no.p1' },
  { type: 'Retrieved', interaction: 'no', by: 'no.p1' },
  { type: 'Transferred', interaction: 'no', by: 'no.p1', to: '1' },
  { type: 'RecordingStarted', interaction: 'no', recording: 'no.r1', channels: [], durationMsMax: 1 },
  { type: 'RecordingSealed', interaction: 'no', recording: 'no.r1', durationMs: 1, bytes: 1, sha256: '' },
  { type: 'RecordingFailed', interaction: 'no', recording: 'no.r1', reason: 'x' },
  { type: 'WrapUpStarted', interaction: 'no', participant: 'no.p1', user: 'nobody', until: 1 },
  { type: 'WrapUpEnded', interaction: 'no', participant: 'no.p1', user: 'nobody' },
  { type: 'InteractionClosed', interaction: 'no', reason: 'ended' },
  { type: 'StatusChosen', user: 'nobody', status: 'ready' },
  { type: 'ReachableChanged', user: 'nobody', reachable: true },
  { type: 'RonaEnded', user: 'nobody' },
]

describe('deciding', () => {
  it.each<CentreCommand>([
    arrive(99),
    { type: 'ReportConnected', interaction: 'ix-4', participant: 'ix-4.p2' },
    { type: 'ReportCleared', interaction: 'ix-1', participant: 'ix-1.p1', reason: 'hung-up' },
    { type: 'Transfer', interaction: 'ix-1', participant: 'ix-1.p2', to: '1000' },
    { type: 'SetReachable', user: 'agent7', reachable: true },
    { type: 'End', interaction: 'ix-3', by: 'supervisor' },
    { type: 'ChangeConfiguration', by: 'x', basedOn: 1, changes: [{ kind: 'user', name: 'agent1' }] },
    { type: 'Tick' },
  ])('of $type changes nothing', (command) => {
    const state = busy()
    const before = text(state)
    const due = centreMachine.nextDeadline(state)
    const later = NOW + 60_000
    const first = centreMachine.decide(state, command, later)
    expect(first.length).toBeGreaterThan(0)
    expect(text(state)).toBe(before)
    expect(centreMachine.nextDeadline(state)).toBe(due)
    expect(centreMachine.decide(state, command, later)).toEqual(first)
  })

  it('that is refused half-way changes nothing', () => {
    const state = busy()
    const before = text(state)
    const unsound: CentreCommand = {
      type: 'ChangeConfiguration',
      by: 'x',
      basedOn: 1,
      changes: [
        { kind: 'user', name: 'agent1' },
        { kind: 'queue', name: 'sales' },
      ],
    }
    expect(() => centreMachine.decide(state, unsound, NOW)).toThrow(/numbers\.1002\.queue/)
    expect(text(state)).toBe(before)
  })

  it('stops at the limit of live interactions, for people and for phones', () => {
    const state = demo()
    const one = centreMachine.decide(state, arrive(1, '1009'), NOW)
    const template = one.find((event) => event.type === 'InteractionCreated')!
    for (let n = 0; n < INTERACTIONS_MAX; n++) {
      centreMachine.evolve(state, { ...template, interaction: `many-${n}`, participants: [] }, NOW)
    }
    for (const command of [arrive(1), { ...arrive(2), type: 'CreateCallback', number: '1', queue: 'sales' } as const]) {
      let code: string | undefined
      try {
        centreMachine.decide(state, command as CentreCommand, NOW)
      } catch (error) {
        if (isTandemError(error)) code = error.code
      }
      expect(code).toBe('centre.full')
    }
  })
})

describe('folding', () => {
  it.each(EVENTS_OF_NOTHING)('$type of what is not there changes nothing', (event) => {
    const state = busy()
    const before = text(state)
    centreMachine.evolve(state, event, NOW)
    expect(text(state)).toBe(before)
  })

  it('the same events into two states gives two that share nothing', () => {
    const [first, second] = [demo(), centreMachine.initial()]
    const change = { type: 'ConfigurationChanged', version: 1, by: 'demo', changes: demoCentre() } as const
    centreMachine.evolve(second, change, NOW)
    const before = text(second)
    submit(first, { type: 'SetReachable', user: 'agent1', reachable: true })
    submit(first, arrive(1))
    submit(first, { type: 'ChangeConfiguration', by: 'x', basedOn: 1, changes: [{ kind: 'user', name: 'agent9' }] })
    expect(text(second)).toBe(before)
    expect(second.configuration.users.has('agent9')).toBe(true)
  })

  it('leaves a value that was read as it was', () => {
    const state = busy()
    const interaction = state.interactions.get('ix-1')!
    const agent = state.agents.get('agent1')!
    const read = JSON.stringify([interaction, agent])
    submit(state, { type: 'ReportCleared', interaction: 'ix-1', participant: 'ix-1.p1', reason: 'hung-up' })
    expect(JSON.stringify([interaction, agent])).toBe(read)
    expect(state.agents.get('agent1')).not.toBe(agent)
  })
})

describe('a dump', () => {
  it('is plain JSON, and the state again', () => {
    const state = busy()
    const again = centreMachine.restore(JSON.parse(text(state)))
    expect(text(again)).toBe(text(state))
    expect(centreMachine.nextDeadline(again)).toBe(centreMachine.nextDeadline(state))
    const next: CentreCommand = { type: 'SetReachable', user: 'agent7', reachable: true }
    expect(centreMachine.decide(again, next, NOW)).toEqual(centreMachine.decide(state, next, NOW))
  })

  it('of the state stays what it was when the state moves on', () => {
    const state = busy()
    const dump = centreMachine.dump(state)
    const written = JSON.stringify(dump)
    submit(state, arrive(77))
    expect(JSON.stringify(dump)).toBe(written)
  })

  it.each([undefined, null, {}, { format: 2 }, 'text', 7])('that is none (%o) is refused', (dump) => {
    expect(() => centreMachine.restore(dump)).toThrow(AssertionError)
  })
})

describe('what is due', () => {
  it('is served in portions, the rest with the next tick at once', () => {
    const state = demo()
    const callers = DUE_AT_ONCE_MAX + 20
    for (let n = 0; n < callers; n++) submit(state, arrive(n))
    const later = NOW + 30_000
    expect(centreMachine.nextDeadline(state)).toBe(later)
    expect(submit(state, centreMachine.tick(), later)).toHaveLength(DUE_AT_ONCE_MAX)
    expect(centreMachine.nextDeadline(state)).toBe(later)
    expect(submit(state, centreMachine.tick(), later)).toHaveLength(20)
    expect(centreMachine.nextDeadline(state)).toBe(later + 30_000)
  })

  it('is nothing in an empty centre', () => {
    expect(centreMachine.nextDeadline(centreMachine.initial())).toBeUndefined()
    expect(centreMachine.nextDeadline(demo())).toBeUndefined()
  })

  it('is served by whatever command comes first', () => {
    const state = demo()
    submit(state, { type: 'SetReachable', user: 'agent1', reachable: true })
    submit(state, arrive(1))
    const events = submit(state, { type: 'SetReachable', user: 'agent2', reachable: true }, NOW + 15_000)
    expect(events.map(({ type }) => type)).toEqual(['ReachableChanged', 'OfferEnded'])
  })
})

describe('commands from outside', () => {
  const text16 = fc.oneof(
    fc.constantFrom('ix-1', 'ix-1.p1', 'ix-5', 'agent1', '__proto__', 'constructor', ''),
    fc.string(),
  )

  it('with any names in them break nothing', () => {
    const state = busy()
    const types = ['Arrive', 'ReportConnected', 'ReportCleared', 'Hold', 'Transfer', 'Join', 'PressDigit', 'EndProgram']
    const command = fc.record({
      type: fc.constantFrom(...types),
      interaction: text16,
      participant: text16,
      consulted: text16,
      consultedParticipant: text16,
      program: text16,
      digit: text16,
      from: text16,
      to: text16,
      user: text16,
      reason: fc.constant('hung-up'),
    })
    fc.assert(
      fc.property(command, (any) => {
        for (const event of centreMachine.decide(state, any as CentreCommand, NOW)) expect(event.type).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })
})
