import { describe, expect, it } from 'vitest'
import { type Configuration, demoCentre, evolveConfiguration, initialConfiguration } from '#kernel/config'
import { desiredParticipant, hearsPrograms, visitProgram } from './desired.ts'
import type { DesiredParticipant, Interaction, Participant, Phase } from './interaction.ts'

const CONFIGURATION: Configuration = evolveConfiguration(
  initialConfiguration(),
  { version: 1, by: 'demo', changes: demoCentre() },
  0,
).configuration

const CUSTOMER: Participant = {
  id: 'ix-1.p1',
  kind: 'customer',
  address: '+49301234',
  displayName: 'Grace',
  connection: 'connected',
  since: 0,
}
const AGENT: Participant = {
  id: 'ix-1.p2',
  kind: 'agent',
  user: 'agent1',
  address: '2001',
  displayName: 'Agent 1',
  connection: 'initiated',
  since: 0,
}

function interaction(phase: Phase, participants: readonly Participant[] = [CUSTOMER], more = {}): Interaction {
  return {
    id: 'ix-1',
    medium: 'voice',
    direction: 'inbound',
    createdAt: 0,
    from: '+49301234',
    to: '1001',
    phase,
    participants,
    recordings: [],
    counters: { participants: participants.length, recordings: 0, visits: 1 },
    ...more,
  }
}

function inFlow(step: string, more: Partial<Extract<Phase, { state: 'in-flow' }>> = {}): Phase {
  const flow = more.flow ?? 'main'
  return { state: 'in-flow', flow, step, visit: 4, since: 0, attempt: 1, programEnded: false, ...more }
}

const QUEUED: Phase = {
  state: 'queued',
  queue: 'support',
  priority: 50,
  enteredAt: 0,
  visit: 2,
  prompts: ['ring', 'queue-announcement'],
}
const OFFERED: Phase = { ...QUEUED, state: 'offered', participant: AGENT.id, user: 'agent1', since: 0, until: 15_000 }
const DIRECT: Phase = {
  state: 'offered',
  priority: 0,
  enteredAt: 0,
  visit: 3,
  prompts: [],
  participant: AGENT.id,
  user: 'agent1',
  since: 0,
  until: 30_000,
}
const QUEUE_PROGRAM = {
  type: 'program',
  program: 'ix-1.v2',
  items: [
    { type: 'prompt', prompt: 'ring' },
    { type: 'prompt', prompt: 'queue-announcement' },
    { type: 'prompt', prompt: 'music' },
  ],
  repeat: true,
}

function desired(of: Interaction, participant: Participant = of.participants[0]!): DesiredParticipant {
  return desiredParticipant(of, participant, CONFIGURATION)
}

describe('a caller in a flow', () => {
  it('is answered at once and hears its step, however far its phone is', () => {
    const arrived: Participant = { ...CUSTOMER, connection: 'initiated' }
    expect(desired(interaction(inFlow('greeting'), [arrived]))).toEqual({
      connection: 'connected',
      hears: {
        type: 'program',
        program: 'ix-1.v4',
        items: [{ type: 'prompt', prompt: 'greeting' }],
        repeat: false,
      },
    })
  })

  it('hears the same program of the same visit from every core (IVR-15)', () => {
    const of = interaction(inFlow('menu'))
    expect(desired(of)).toEqual(desired(structuredClone(of), structuredClone(CUSTOMER)))
    expect(visitProgram('ix-1', 4)).toBe('ix-1.v4')
  })

  it('hears silence when the prompts of a menu have been said', () => {
    expect(desired(interaction(inFlow('menu', { programEnded: true }))).hears).toEqual({ type: 'silence' })
  })

  it('hears first that a choice was wrong', () => {
    expect(desired(interaction(inFlow('menu', { attempt: 2 }))).hears).toMatchObject({
      items: [{ prompt: 'invalid-choice' }, { prompt: 'menu' }],
    })
  })

  it('hears what it says, or music without end', () => {
    expect(desired(interaction(inFlow('echo', { flow: 'echo' }))).hears).toEqual({ type: 'echo' })
    expect(desired(interaction(inFlow('music', { flow: 'music' }))).hears).toMatchObject({
      items: [{ prompt: 'music' }],
      repeat: true,
    })
  })

  it('hears a beep before it is recorded, and nothing while it is', () => {
    expect(desired(interaction(inFlow('record', { flow: 'record' }))).hears).toMatchObject({
      items: [{ prompt: 'record-intro' }, { prompt: 'beep' }],
    })
    const recording = inFlow('record', { flow: 'record', programEnded: true })
    expect(desired(interaction(recording)).hears).toEqual({ type: 'silence' })
  })

  it('hears its recording when that is sealed, not before', () => {
    const phase = inFlow('replay', { flow: 'record', recording: 'ix-1.r1' })
    const ended = { id: 'ix-1.r1', channels: [CUSTOMER.id], startedAt: 0, durationMsMax: 60_000, endedAt: 5 }
    expect(desired(interaction(phase, [CUSTOMER], { recordings: [ended] })).hears).toEqual({ type: 'silence' })
    const sealed = [{ ...ended, sealed: true }]
    expect(desired(interaction(phase, [CUSTOMER], { recordings: sealed })).hears).toEqual({
      type: 'program',
      program: 'ix-1.v4',
      items: [{ type: 'recording', recording: 'ix-1.r1' }],
      repeat: false,
    })
  })

  it('stays on the line in silence should its step have vanished', () => {
    expect(desired(interaction(inFlow('gone')))).toEqual({ connection: 'connected', hears: { type: 'silence' } })
  })
})

describe('a caller in a queue', () => {
  it('hears what is said, then music, without end', () => {
    expect(desired(interaction(QUEUED))).toEqual({ connection: 'connected', hears: QUEUE_PROGRAM })
  })

  it('goes on hearing the very same while an agent rings (ACD-13)', () => {
    expect(desired(interaction(OFFERED, [CUSTOMER, AGENT]))).toEqual({ connection: 'connected', hears: QUEUE_PROGRAM })
  })

  it('hears another program with the next announcement', () => {
    const announced: Phase = { ...QUEUED, visit: 3, prompts: ['position-is', 'numbers/1'] }
    expect(desired(interaction(announced)).hears).toMatchObject({ program: 'ix-1.v3' })
  })

  it('hears music even in a queue that is configured no more', () => {
    expect(desired(interaction({ ...QUEUED, queue: 'gone' })).hears).toMatchObject({ repeat: true })
  })
})

describe('an agent who is offered a call', () => {
  it('is dialled and shown the caller', () => {
    expect(desired(interaction(OFFERED, [CUSTOMER, AGENT]), AGENT)).toEqual({
      connection: 'connected',
      hears: { type: 'silence' },
      dial: { user: 'agent1', address: '2001', callerNumber: '+49301234', callerName: 'Grace' },
    })
  })

  it('who placed the call itself is shown the number that it calls', () => {
    const own = interaction(DIRECT, [AGENT], { from: '2001', to: '1001', direction: 'outbound' })
    expect(desired(own, AGENT).dial).toEqual({ user: 'agent1', address: '2001', callerNumber: '1001' })
  })
})

describe('a caller of a person', () => {
  const arrived: Participant = { ...CUSTOMER, connection: 'initiated' }

  it('hears its own exchange ring until the person answers', () => {
    expect(desired(interaction(DIRECT, [arrived, AGENT]), arrived)).toEqual({
      connection: 'alerting',
      hears: { type: 'silence' },
    })
  })

  it('is connected when the person is', () => {
    const answered: Participant = { ...AGENT, connection: 'connected' }
    const of = interaction({ state: 'connected', since: 5 }, [arrived, answered])
    expect(desired(of, arrived)).toEqual({
      connection: 'connected',
      hears: { type: 'participant', participant: AGENT.id },
    })
  })

  it('who is on the line already hears our ringing and music, named for this offer', () => {
    expect(desired(interaction(DIRECT, [CUSTOMER, AGENT])).hears).toEqual({
      type: 'program',
      program: 'ix-1.p2.ring',
      items: [
        { type: 'prompt', prompt: 'ring' },
        { type: 'prompt', prompt: 'music' },
      ],
      repeat: true,
    })
  })
})

describe('two who talk', () => {
  const agent: Participant = { ...AGENT, connection: 'connected' }
  const pair = [CUSTOMER, agent]

  it('hear each other', () => {
    const talk = interaction({ state: 'connected', queue: 'support', since: 7 }, pair)
    expect(desired(talk, CUSTOMER).hears).toEqual({ type: 'participant', participant: agent.id })
    expect(desired(talk, agent).hears).toEqual({ type: 'participant', participant: CUSTOMER.id })
  })

  it('on hold: who holds hears nothing, the other music that a takeover does not begin again', () => {
    const holder: Participant = { ...agent, connection: 'held' }
    const held = interaction({ state: 'held', queue: 'support', by: agent.id, since: 77 }, [CUSTOMER, holder])
    expect(desired(held, holder).hears).toEqual({ type: 'silence' })
    expect(desired(held, CUSTOMER).hears).toEqual({
      type: 'program',
      program: 'ix-1.h77',
      items: [{ type: 'prompt', prompt: 'music' }],
      repeat: true,
    })
  })

  it('are followed by whoever takes the place of one of them', () => {
    const gone: Participant = { ...agent, connection: 'cleared' }
    const next: Participant = { ...agent, id: 'ix-1.p3', user: 'agent3' }
    const talk = interaction({ state: 'connected', since: 9 }, [CUSTOMER, gone, next])
    expect(desired(talk, CUSTOMER).hears).toEqual({ type: 'participant', participant: 'ix-1.p3' })
    expect(desired(talk, gone).connection).toBe('cleared')
  })
})

describe('three who talk (MED-12)', () => {
  const agent: Participant = { ...AGENT, connection: 'connected' }
  const third: Participant = { ...agent, id: 'ix-1.p3', user: 'agent3', address: '2003' }
  const talk = (...participants: readonly Participant[]) => interaction({ state: 'connected', since: 7 }, participants)
  const hears = (of: Interaction, participant: Participant) => desired(of, participant).hears

  it('each hear the others, never themselves', () => {
    const of = talk(CUSTOMER, agent, third)
    for (const one of of.participants) {
      const others = of.participants.filter((other) => other !== one).map(({ id }) => id)
      expect(hears(of, one)).toEqual({ type: 'participants', participants: others })
    }
  })

  it('are heard by who listens, whom nobody hears', () => {
    const supervises = { mode: 'listen', agent: agent.id, announced: false } as const
    const listener: Participant = { ...third, kind: 'supervisor', supervises }
    const of = talk(CUSTOMER, agent, listener)
    expect(hears(of, listener)).toEqual({ type: 'participants', participants: [CUSTOMER.id, agent.id] })
    expect(hears(of, CUSTOMER)).toEqual({ type: 'participant', participant: agent.id })
    expect(desired(of, listener)).toMatchObject({ muted: true, dial: { address: '2003', callerNumber: '+49301234' } })
  })

  it('hear a coach only where it is their agent', () => {
    const supervises = { mode: 'coach', agent: agent.id, announced: false } as const
    const of = talk(CUSTOMER, agent, { ...third, kind: 'supervisor', supervises })
    expect(hears(of, CUSTOMER)).toEqual({ type: 'participant', participant: agent.id })
    expect(hears(of, agent)).toEqual({ type: 'participants', participants: [CUSTOMER.id, third.id] })
  })

  it('do not wait in silence for one who is called in', () => {
    const rung: Participant = { ...third, connection: 'alerting', ringUntil: 9 }
    const of = talk(CUSTOMER, agent, rung)
    expect(hears(of, CUSTOMER)).toEqual({ type: 'participant', participant: agent.id })
    expect(desired(of, rung).connection).toBe('connected')
  })

  it('parked, hears music alone', () => {
    const parked = { slot: '7001', user: 'agent1', until: 99 }
    const of = interaction({ state: 'held', by: agent.id, since: 5, parked }, [CUSTOMER])
    expect(hears(of, CUSTOMER)).toMatchObject({ program: 'ix-1.h5', repeat: true })
  })
})

describe('a party that is over', () => {
  it.each([
    ['busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['unreachable', 'unreachable'],
    ['declined', 'declined'],
    ['no-such-number', 'no-such-number'],
    ['error', 'finished'],
    [undefined, 'finished'],
  ])('that never was connected is told %s as %s', (reason, clearReason) => {
    const failed: Participant = { ...CUSTOMER, connection: 'failed', ...(reason === undefined ? {} : { reason }) }
    expect(desired(interaction({ state: 'wrapping-up', since: 1 }, [failed]), failed)).toEqual({
      connection: 'cleared',
      hears: { type: 'silence' },
      clearReason,
    })
  })

  it('that was connected has nothing to be told', () => {
    const cleared: Participant = { ...CUSTOMER, connection: 'cleared', reason: 'busy' }
    expect(desired(interaction({ state: 'wrapping-up', since: 1 }, [cleared]), cleared).clearReason).toBe('finished')
  })
})

describe('whose program it is', () => {
  it('is the one who waits, not the one whose phone rings', () => {
    const of = interaction(OFFERED, [CUSTOMER, AGENT])
    expect(hearsPrograms(of, CUSTOMER.id)).toBe(true)
    expect(hearsPrograms(of, AGENT.id)).toBe(false)
  })

  it('is that of who remains when the first has left', () => {
    const left: Participant = { ...CUSTOMER, connection: 'cleared' }
    const of = interaction(QUEUED, [left, { ...AGENT, connection: 'connected' }])
    expect(hearsPrograms(of, AGENT.id)).toBe(true)
  })
})
