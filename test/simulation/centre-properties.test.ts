import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { agentStatus } from '#kernel/agent'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import type { ConfigurationChange, Queue } from '#kernel/config'
import { MESSAGES_NUMBER } from '#kernel/flow'
import { AGENT_OUTCOMES, type Interaction, isLive, type Wants } from '#kernel/interaction'
import { EVERY_EVENT } from './every-event.ts'
import { checkDecisions, checkState, waitingIn } from './invariants.ts'
import { SIMULATION_SEED, WALKS } from './walks.ts'
import { testQueue, testUser, World } from './world.ts'

/** Walks that take seconds take minutes on a machine that does ten other things. */
const TIME_MS = Math.max(300_000, WALKS * 300)

const RUNS = WALKS
const STEPS_MAX = 160
const STEPS_MIN = 40

/** One random step: what to do, and numbers that choose to whom. */
interface Step {
  readonly action: number
  readonly a: number
  readonly b: number
  readonly passMs: number
}

const arbitraryStep: fc.Arbitrary<Step> = fc.record({
  action: fc.nat(999),
  a: fc.nat(997),
  b: fc.nat(991),
  passMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 6, arbitrary: fc.nat(1_500) },
    { weight: 1, arbitrary: fc.nat(40_000) },
  ),
})

const SKILLS: readonly Readonly<Record<string, number>>[] = [
  { support: 80 },
  { sales: 10, german: 50 },
  {},
  { support: 30, german: 60 },
]

/** What queues may be like besides: every strategy, rings, several who are rung at once, the last agent first. */
const QUEUES: readonly Partial<Queue>[] = [
  { strategy: 'least-loaded', wrapUpMaxMs: 20_000, lastAgent: { withinMs: 600_000, waitMs: 4_000 } },
  { strategy: 'most-skilled', preferred: { german: 20 }, ringAtOnce: 2, behindStepMs: 500 },
  { strategy: 'round-robin', afterRona: 'not-ready', priorityStepMs: 0 },
  { strategy: 'weighted', weights: { skill: 2, wish: 1, idle: 1, load: 5 }, ringAtOnce: 3 },
  {
    groups: ['first'],
    rings: [
      { afterMs: 1_500, groups: ['second'] },
      { afterMs: 6_000, queues: ['sales'] },
    ],
  },
  { callbacks: { attempts: 2, busyMs: 10_000, noAnswerMs: 20_000 } },
  { users: ['agent1'], afterRona: 'logged-off', rings: [{ afterMs: 2_000, skills: {}, groups: ['second'] }] },
]

const WANTS: readonly Wants[] = [
  { skills: { german: 30 } },
  { preferred: { german: 50 } },
  { group: 'first' },
  { user: 'agent1', userMs: 3_000 },
  { user: 'agent3' },
]

const STATIONS = [{ number: '01' }, {}, { phoneless: true }, { number: '02' }] as const
const WRITTEN = ['chat', 'sms', 'email'] as const

const AGENTS = 5
const NUMBERS = ['100', '101', '102', '103', '104', '105', '2001', '2002', '2005', '0301234']

const CENTRE: readonly ConfigurationChange[] = [
  testUser(1, { support: 80 }, { groups: ['first'] }),
  testUser(2, { sales: 80 }, { groups: ['second'], mixes: [{ voice: 1 }, { chat: 2, 'work-item': 1 }, { email: 1 }] }),
  testUser(3, { support: 50, sales: 50 }, { groups: ['first', 'second'], wishes: { support: 90 } }),
  testUser(4, { support: 90, german: 40 }, { mixes: [{ voice: 1, email: 1 }, { chat: 1 }], interruptible: ['email'] }),
  testUser(5, {}),
  testQueue('support', {
    priority: 50,
    preferred: { german: 10 },
    wrapUpMaxMs: 6_000,
    lastAgent: { withinMs: 60_000, waitMs: 2_000 },
    rings: [
      { afterMs: 2_000, preferred: {} },
      { afterMs: 5_000, queues: ['sales'] },
    ],
  }),
  testQueue('sales', { priority: 60, wrapUpMs: 0, ronaMs: 0, recorded: false, positionEveryMs: 0 }),
  testQueue('german', { skills: { german: 30, support: 1 }, priority: 50, positionEveryMs: 10_000 }),
  {
    kind: 'flow',
    name: 'main',
    value: {
      name: 'main',
      start: 'menu',
      steps: {
        menu: {
          type: 'menu',
          prompts: ['menu'],
          choices: { '1': 'support', '2': 'person', '3': 'callback', '4': 'record' },
          timeoutMs: 5_000,
          attempts: 2,
          invalidPrompts: ['invalid-choice'],
          otherwise: 'sales',
        },
        support: { type: 'queue', queue: 'support', priority: 70 },
        sales: { type: 'queue', queue: 'sales' },
        person: { type: 'transfer', to: '2005', ringTimeoutMs: 8_000, otherwise: 'support' },
        callback: { type: 'callback', queue: 'support', next: 'goodbye' },
        record: {
          type: 'record',
          prompts: ['record-intro'],
          until: '#',
          durationMsMax: 20_000,
          mailbox: 'support',
          next: 'replay',
        },
        replay: { type: 'replay', next: 'goodbye' },
        goodbye: { type: 'play', prompts: ['goodbye'], next: 'end' },
        end: { type: 'hang-up' },
      },
    },
  },
  { kind: 'trunk', name: 'gateway', value: { name: 'gateway', host: '192.0.2.1', numbers: ['0*'], callsMax: 9 } },
  { kind: 'number', name: '100', value: { type: 'flow', flow: 'main' } },
  { kind: 'number', name: '101', value: { type: 'queue', queue: 'support' } },
  { kind: 'number', name: '102', value: { type: 'queue', queue: 'sales' } },
  { kind: 'number', name: '103', value: { type: 'queue', queue: 'german' } },
  { kind: 'number', name: '104', value: { type: 'user', user: 'agent5' } },
]

const MARKS = ['heard', 'removed', 'restored', 'unheard'] as const

/** Turns a random step into a command that has a chance to fit, or came late, or twice. */
class Walker {
  readonly world = new World(CENTRE)
  #count = 0
  #last: CentreCommand = { type: 'Tick' }

  command({ action, a, b }: Step): CentreCommand {
    if (action < 20) return this.#last
    this.#last = this.#fresh(action, a, b)
    return this.#last
  }

  #fresh(action: number, a: number, b: number): CentreCommand {
    const user = `agent${(a % AGENTS) + 1}`
    if (b % 8 === 0 && this.world.head.mailboxes.places.size > 0) return this.#mark(a)
    if (action < 140) return this.#arrive(a, b)
    if (action < 190) return this.#write(a, b)
    if (action < 230) return { type: 'SetReachable', user, reachable: b % 4 !== 0 }
    if (action < 260) {
      return { type: 'ChooseStatus', user, status: b % 3 === 0 ? 'not-ready' : b % 7 === 0 ? 'logged-off' : 'ready' }
    }
    if (action < 261) return { type: 'NotePresence', user, by: 'agent1', ...(b % 3 > 0 && { note: `back at ${b}` }) }
    if (action < 263) return { type: 'ChooseStation', user, ...STATIONS[b % STATIONS.length] }
    if (action < 264) return this.#prioritise(a, b)
    if (action < 267) return { type: 'ActivateQueue', user, queue: 'support', active: b % 3 > 0 }
    if (action < 280) return { type: 'PlaceCall', interaction: this.#newId(), user, to: NUMBERS[b % NUMBERS.length]! }
    if (action < 290) return { type: 'CreateCallback', interaction: this.#newId(), number: '555', queue: 'support' }
    if (action < 310) return this.#change(a, b)
    return this.#aboutInteraction(action, a, b)
  }

  #prioritise(a: number, b: number): CentreCommand {
    const waits = [...this.world.head.interactions.values()].filter(({ phase }) => phase.state === 'queued')
    const interaction = waits[a % Math.max(1, waits.length)]?.id ?? 'ix-1'
    return { type: 'ChangePriority', interaction, by: 'boss', priority: [0, 50, 100][b % 3]! }
  }

  #mark(a: number): CentreCommand {
    const messages = [...this.world.head.mailboxes.places.keys()]
    const message = messages[a % Math.max(1, messages.length)] ?? 'none'
    return { type: 'MarkVoiceMessage', message, by: 'agent1', as: MARKS[a % MARKS.length]! }
  }

  #newId(): string {
    return `ix-${++this.#count}`
  }

  #arrive(a: number, b: number): CentreCommand {
    const caller = b % 3 === 0 ? { user: `agent${(b % AGENTS) + 1}` } : undefined
    const to = caller && a % 16 === 0 ? MESSAGES_NUMBER : NUMBERS[a % NUMBERS.length]!
    return { type: 'Arrive', interaction: this.#newId(), from: '555', to, ...caller }
  }

  /** Work items and what is written, some with wishes of their own. */
  #write(a: number, b: number): CentreCommand {
    const place = {
      interaction: this.#newId(),
      queue: b % 3 === 0 ? 'sales' : 'support',
      ...(a % 2 === 0 ? undefined : { wants: WANTS[b % WANTS.length]! }),
    }
    if (a % 3 === 0) return { type: 'CreateWorkItem', subject: 'form', ...place }
    if (a % 7 === 1) {
      const { interaction, queue } = place
      const user = `agent${(b % AGENTS) + 1}`
      return { type: 'BeginContact', medium: 'sms', user, from: '+4930', to: `c${a % 4}`, interaction, queue }
    }
    return { type: 'CreateContact', medium: WRITTEN[b % WRITTEN.length]!, from: `c${a % 4}`, ...place }
  }

  #change(a: number, b: number): CentreCommand {
    const basedOn = this.world.head.configuration.version - (a % 11 === 0 ? 1 : 0)
    const skills = SKILLS[b % SKILLS.length]!
    const options: ConfigurationChange[] = [
      testUser((a % AGENTS) + 1, skills),
      { kind: 'user', name: 'agent4' },
      testQueue('support', { skills: { support: b % 90 }, wrapUpMs: b * 3 }),
      testQueue('support', { skills: { support: b % 60 }, ...QUEUES[b % QUEUES.length] }),
      { kind: 'queue', name: 'german' },
    ]
    return { type: 'ChangeConfiguration', by: `admin${a % 3}`, basedOn, changes: [options[a % options.length]!] }
  }

  #aboutInteraction(action: number, a: number, b: number): CentreCommand {
    const { interactions } = this.world.head
    const all = [...interactions.values()]
    const found = all[a % Math.max(1, all.length)]
    if (!found) return { type: 'Tick' }
    const interaction = found.id
    const party = found.participants[b % Math.max(1, found.participants.length)]
    const participant = party?.id ?? `${interaction}.p1`
    const ends = { interaction, participant } as const
    if (action < 350) return { type: 'ReportAlerting', ...ends }
    if (action < 400) return this.#work(action, a, b)
    if (action < 580) return this.#connect(a, b) ?? { type: 'ReportConnected', ...ends }
    if (action < 610)
      return { type: 'ReportFailed', ...ends, reason: (['busy', 'no-answer', 'declined'] as const)[b % 3]! }
    if (action < 660) return { type: 'ReportCleared', ...ends, reason: b % 2 ? 'hung-up' : 'lost' }
    if (action < 790) return this.#talk(action, a, b) ?? { type: 'Hold', ...ends }
    if (action < 860) return this.#join(a, b) ?? { type: 'Retrieve', ...ends }
    if (action < 900) return { type: 'PressDigit', ...ends, digit: '1234#9'[b % 6]! }
    if (action < 950) {
      const visit = found.phase.state === 'in-flow' ? found.phase.visit : 1
      return { type: 'EndProgram', ...ends, program: `${interaction}.v${visit}` }
    }
    if (action < 960) return { type: 'EndWrapUp', interaction, user: `agent${(b % AGENTS) + 1}` }
    if (action < 965) return { type: 'End', interaction, by: 'supervisor' }
    return this.#recording(action, b, found)
  }

  #recording(action: number, b: number, { id: interaction, recordings }: Interaction): CentreCommand {
    const waiting = [...this.world.head.unsealed.keys()][b % Math.max(1, this.world.head.unsealed.size)]
    const running = recordings.find((one) => one.endedAt === undefined)
    if (running && action < 975) {
      return { type: 'ContinueRecording', interaction, recording: running.id, after: running.parts ?? 1 }
    }
    const recording = waiting ?? running?.id ?? `${interaction}.r1`
    const unsealed = this.world.head.unsealed.get(recording)
    const part = 1 + (b % (unsealed?.parts ?? running?.parts ?? 1))
    const of = { interaction: unsealed?.interaction ?? interaction, recording, part }
    if (action < 990) return { type: 'FailRecording', ...of, reason: 'disk' }
    return {
      type: 'SealRecording',
      ...of,
      interrupted: b % 3 === 0,
      durationMs: b % 2 ? 1 : 2_000,
      bytes: 1,
      sha256: '0',
    }
  }

  /** What agents do on their pages, mostly where it fits. */
  #work(action: number, a: number, b: number): CentreCommand {
    const doing = [...this.world.head.agents.values()].flatMap(({ user, work }) =>
      work.map((one) => ({ user, ...one })),
    )
    const { user, interaction } = doing[a % Math.max(1, doing.length)] ?? { user: 'agent1', interaction: 'ix-1' }
    if (action < 375) return { type: 'Accept', interaction, user }
    if (action < 380) return { type: 'Decline', interaction, user }
    if (action < 386) return { type: 'Complete', interaction, user }
    if (action < 392) return { type: 'SettleAttempt', interaction, user, outcome: AGENT_OUTCOMES[b % 4]! }
    return { type: 'ExtendWrapUp', interaction, user, byMs: b * 5 }
  }

  /** Mostly it is a phone that rings which is answered. */
  #connect(a: number, b: number): CentreCommand | undefined {
    const { interactions } = this.world.head
    const ringing = [...interactions.values()].flatMap(({ id, phase }) =>
      phase.state === 'offered'
        ? [phase, ...(phase.others ?? [])].map((one) => ({ interaction: id, participant: one.participant }))
        : [],
    )
    const ends = b % 4 === 0 ? undefined : ringing[a % Math.max(1, ringing.length)]
    return ends && { type: 'ReportConnected', ...ends }
  }

  /** Hold, retrieve and transfer are asked for where two talk. */
  #talk(action: number, a: number, b: number): CentreCommand | undefined {
    const talks = [...this.world.head.interactions.values()].filter(
      ({ phase }) => phase.state === 'connected' || phase.state === 'held',
    )
    const talk = talks[a % Math.max(1, talks.length)]
    if (b % 2 === 0) return this.#control(a, b >> 1, talk)
    if (!talk) return undefined
    const live = talk.participants.filter(isLive)
    const ends = { interaction: talk.id, participant: live[b % live.length]?.id ?? '' }
    if (action < 710) return { type: 'Hold', ...ends }
    if (action < 750) {
      return { type: 'Retrieve', ...ends, ...(talk.phase.state === 'held' ? { participant: talk.phase.by } : {}) }
    }
    return { type: 'Transfer', ...ends, to: NUMBERS[(a + b) % NUMBERS.length]! }
  }

  /** What people do with conversations from their pages, mostly where it fits. */
  #control(a: number, b: number, talk: Interaction | undefined): CentreCommand | undefined {
    const user = `agent${(a % AGENTS) + 1}`
    const to = b % 3 === 0 ? `agent${(a % AGENTS) + 1}`.replace('agent', '200') : NUMBERS[(a + b) % NUMBERS.length]!
    const all = [...this.world.head.interactions.values()]
    const kind = b % 11
    if (kind === 0) {
      const parked = all.find(({ phase }) => phase.state === 'held' && phase.parked)
      const slot = parked?.phase.state === 'held' ? (parked.phase.parked?.slot ?? '') : '7001'
      if (a % 2 === 0) return { type: 'Arrive', interaction: this.#newId(), from: '555', to: slot, user }
      return { type: 'Unpark', interaction: parked?.id ?? 'ix-1', user }
    }
    if (kind === 1) {
      const waits = all.filter(({ phase }) => phase.state === 'offered' || phase.state === 'queued')
      return { type: 'PickUp', interaction: waits[a % Math.max(1, waits.length)]?.id ?? 'ix-1', user }
    }
    if (!talk) return undefined
    const live = talk.participants.filter(isLive)
    const agents = live.filter((one) => one.user !== undefined)
    const ends = {
      interaction: talk.id,
      participant: (agents[a % Math.max(1, agents.length)] ?? live[0])?.id ?? '',
    }
    if (kind === 2) return { type: 'Mute', ...ends, muted: a % 3 > 0 }
    if (kind === 3 && a % 3 === 1) {
      const place = (['kept', 'front', 'last'] as const)[(a + b) % 3]!
      const queue = { type: 'queue', queue: (b & 16) === 0 ? 'support' : 'sales', place } as const
      const to = a % 4 === 0 ? ({ type: 'user', user } as const) : queue
      return { type: 'Move', interaction: all[b % all.length]!.id, by: 'boss', to }
    }
    if (kind === 3 && a % 3 === 0) return { type: 'SendDigits', ...ends, count: 1 }
    if (kind <= 5) return { type: 'Consult', ...ends, consultation: this.#newId(), to }
    const conference = kind >= 6 ? this.#conference() : undefined
    if (conference && a % 4 > 0) return conference
    if (kind === 6) return { type: 'Reconnect', ...ends }
    if (kind === 7) return { type: 'Invite', ...ends, to }
    if (kind === 8) return { type: 'Release', ...ends, participant: live[a % live.length]!.id }
    if (kind === 9) return { type: 'Park', ...ends }
    const mode = (['listen', 'coach', 'take-over', 'join'] as const)[a % 4]!
    return { type: 'Supervise', interaction: talk.id, user, mode, announced: false }
  }

  /** Whoever consults makes it one conversation. */
  #conference(): CentreCommand | undefined {
    for (const { id, consults, participants } of this.world.head.interactions.values()) {
      const leader = participants.find((one) => one.via !== undefined && isLive(one))
      if (consults === undefined || leader?.via === undefined) continue
      const first = { interaction: consults, participant: leader.via }
      return { type: 'Conference', ...first, consulted: id, consultedParticipant: leader.id }
    }
    return undefined
  }

  /** Whoever leads two conversations joins them, in one order or the other. */
  #join(a: number, b: number): CentreCommand | undefined {
    const conference = a % 2 === 0 ? this.#conference() : undefined
    if (conference) return conference
    const leading = [...this.world.head.agents.values()].filter((agent) => agent.work.length > 1)
    const work = leading[a % Math.max(1, leading.length)]?.work
    if (!work) return undefined
    const [first, second] = b % 4 === 0 ? [work[1]!, work[0]!] : [work[0]!, work[1]!]
    return {
      type: 'Join',
      interaction: first.interaction,
      participant: first.participant,
      consulted: second.interaction,
      consultedParticipant: second.participant,
    }
  }

  take(step: Step): void {
    const { world } = this
    const check = (): void => checkState(world.head, world.now)
    const before = waitingIn(world.head)
    try {
      const events = world.submit(this.command(step))
      checkDecisions(before, events, world.head)
    } catch (error) {
      if (!isTandemError(error)) throw error
    }
    check()
    world.advance(step.passMs, check)
    // A clock that stands exactly where something falls due, without its tick, is the state between two ticks: not checked.
    if ((centreMachine.nextDeadline(world.head) ?? Number.POSITIVE_INFINITY) > world.now) check()
  }
}

function walk(steps: readonly Step[]): Walker {
  const walker = new Walker()
  for (let n = 1; n <= AGENTS; n++) walker.world.submit({ type: 'SetReachable', user: `agent${n}`, reachable: n !== 2 })
  for (const step of steps) walker.take(step)
  return walker
}

const arbitrarySteps = fc.array(arbitraryStep, { minLength: STEPS_MIN, maxLength: STEPS_MAX, size: 'max' })

describe('the centre, whatever happens in whatever order', () => {
  it(
    'keeps promises 3 and 6 and its indexes after every command (ACD-02, AGS-02, AGS-03)',
    () => {
      fc.assert(
        fc.property(arbitrarySteps, (steps) => {
          walk(steps)
        }),
        { numRuns: RUNS, seed: SIMULATION_SEED },
      )
    },
    TIME_MS,
  )

  it(
    'keeps promise 2: when all parties have left and time has passed, everybody is free',
    () => {
      fc.assert(
        fc.property(arbitrarySteps, (steps) => {
          const { world } = walk(steps)
          for (const { id, medium } of [...world.head.interactions.values()]) {
            if (medium !== 'voice') world.submit({ type: 'End', interaction: id, by: 'supervisor' })
          }
          for (const { id, participants } of [...world.head.interactions.values()]) {
            for (const party of participants.filter(isLive)) {
              world.submit({ type: 'ReportCleared', interaction: id, participant: party.id, reason: 'hung-up' })
            }
          }
          for (let rounds = 0; world.nextTick() !== undefined; rounds++) {
            expect(rounds).toBeLessThan(1_000)
            world.advance(world.nextTick()! - world.now)
            // Those who were offered the next call do not answer, and callers hang up.
            for (const { id, participants } of [...world.head.interactions.values()]) {
              const caller = participants.find(isLive)
              if (caller)
                world.submit({ type: 'ReportCleared', interaction: id, participant: caller.id, reason: 'lost' })
            }
          }
          expect([...world.head.interactions.values()]).toEqual([])
          for (const agent of world.head.agents.values()) {
            expect(agent.work).toEqual([])
            expect(agent.ronaUntil).toBeUndefined()
            expect(['ready', 'not-ready', 'logged-off', 'unreachable']).toContain(agentStatus(agent, world.now))
          }
          expect(world.head.unsealed.size).toBe(0)
        }),
        { numRuns: RUNS / 2, seed: SIMULATION_SEED },
      )
    },
    TIME_MS,
  )

  it(
    'meets every event on these walks, so that what they show is not little',
    () => {
      const met = new Map<string, number>()
      for (const steps of fc.sample(arbitrarySteps, { numRuns: 200, seed: 20_261 })) {
        for (const { event } of walk(steps).world.log) met.set(event.type, (met.get(event.type) ?? 0) + 1)
      }
      expect([...met.keys()].sort()).toEqual([...EVERY_EVENT].sort())
    },
    TIME_MS,
  )

  it(
    'is the same from a dump, from the log and in a second core, then and later (IR-20, IR-21, SW-01)',
    () => {
      fc.assert(
        fc.property(arbitrarySteps, arbitrarySteps, (steps, later) => {
          const walker = walk(steps)
          const { world } = walker
          const dump = centreMachine.dump(world.head)
          expect(centreMachine.dump(world.backup)).toEqual(dump)
          world.crashToDump()
          expect(centreMachine.dump(world.head)).toEqual(dump)
          expect(centreMachine.nextDeadline(world.head)).toBe(centreMachine.nextDeadline(world.backup))
          for (const step of later) walker.take(step)
          expect(centreMachine.dump(world.head)).toEqual(centreMachine.dump(world.backup))
          const end = centreMachine.dump(world.head)
          world.crashToLog()
          expect(centreMachine.dump(world.head)).toEqual(end)
        }),
        { numRuns: RUNS / 2, seed: SIMULATION_SEED },
      )
    },
    TIME_MS,
  )
})
