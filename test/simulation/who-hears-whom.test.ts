import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { CentreCommand } from '#kernel/centre'
import {
  desiredParticipant,
  type Interaction,
  isConnected,
  isLive,
  type Participant,
  type ParticipantHears,
} from '#kernel/interaction'
import { Scene } from './scene.ts'
import { SIMULATION_SEED, WALKS } from './walks.ts'

const RUNS = WALKS / 2

const TIME_MS = Math.max(300_000, WALKS * 300)

type Step = readonly [action: number, a: number, b: number]

const steps = fc.array(fc.tuple(fc.nat(11), fc.nat(30), fc.nat(30)), { minLength: 5, maxLength: 30 })

const PEOPLE = ['agent1', 'agent2', 'agent3', 'agent4', 'supervisor']
const EXTENSIONS = ['2001', '2002', '2003', '2004', '3001']

/** A caller of a queue talks to its agent, four more phones are there, and everybody plays with everything. */
class Play {
  readonly scene = new Scene().phones('agent1')
  #ids = 0

  constructor() {
    this.scene.arrives('1001')
    this.scene.connects('ix-1.p1')
    this.scene.connects('ix-1.p2')
    this.scene.phones(...PEOPLE.slice(1))
  }

  get interactions(): readonly Interaction[] {
    return [...this.scene.world.head.interactions.values()]
  }

  take(step: Step): void {
    const command = this.#command(step)
    try {
      if (command) this.scene.does(command)
    } catch (error) {
      if (!isTandemError(error)) throw error
    }
  }

  #command([action, a, b]: Step): CentreCommand | undefined {
    const talks = this.interactions.filter(({ phase }) => phase.state === 'connected' || phase.state === 'held')
    const talk = talks[a % Math.max(1, talks.length)]
    const to = EXTENSIONS[b % EXTENSIONS.length]!
    const user = PEOPLE[b % PEOPLE.length]!
    const ringing = this.interactions.flatMap(({ id, participants }) =>
      participants
        .filter((one) => one.connection === 'initiated')
        .map((one) => ({ interaction: id, participant: one.id })),
    )
    const rung = ringing[b % Math.max(1, ringing.length)]
    if (action <= 2) return rung && { type: 'ReportConnected', ...rung }
    if (!talk) return undefined
    const live = talk.participants.filter(isLive)
    const ends = { interaction: talk.id, participant: live[b % live.length]!.id }
    const agent = live.find((one) => one.kind === 'agent') ?? live[0]!
    const modes = ['listen', 'coach', 'join', 'take-over'] as const
    const choices: readonly CentreCommand[] = [
      { type: 'Hold', ...ends },
      (b % 2 === 0 ? this.#conference(a) : undefined) ?? { type: 'Retrieve', ...ends },
      { type: 'Mute', ...ends, muted: a % 2 === 0 },
      { type: 'Consult', ...ends, participant: agent.id, consultation: `ix-c${++this.#ids}`, to },
      this.#conference(a) ?? { type: 'Reconnect', ...ends },
      { type: 'Invite', ...ends, to },
      { type: 'Supervise', interaction: talk.id, user, mode: modes[a % 4]!, announced: false },
      a % 3 === 0 ? { type: 'Park', ...ends } : { type: 'Unpark', interaction: talk.id, user },
      { type: 'Release', ...ends },
    ]
    return choices[action - 3]
  }

  #conference(a: number): CentreCommand | undefined {
    for (const { id, consults, participants } of this.interactions) {
      const leader = participants.find((one) => one.via !== undefined && isLive(one))
      if (consults === undefined || leader?.via === undefined) continue
      const first = { interaction: consults, participant: leader.via, consulted: id, consultedParticipant: leader.id }
      return { type: a % 2 === 0 ? 'Conference' : 'Join', ...first }
    }
    return undefined
  }
}

const heardIn = (hears: ParticipantHears): readonly string[] =>
  hears.type === 'participants' ? hears.participants : hears.type === 'participant' ? [hears.participant] : []

/** Who is heard by whom in a talk, by a rule said in other words than the kernel's. */
function shallHear(listener: Participant, { participants }: Interaction): readonly string[] {
  if (listener.connection === 'held') return []
  return participants
    .filter((one) => isLive(one) && one.connection === 'connected' && !one.muted && one.id !== listener.id)
    .filter((one) => {
      if (!one.supervises) return true
      return one.supervises.mode === 'coach' && one.supervises.agent === listener.id
    })
    .map(({ id }) => id)
}

function check({ scene, interactions }: Play): void {
  for (const interaction of interactions) {
    const { phase } = interaction
    if (phase.state !== 'connected' && phase.state !== 'held') continue
    for (const party of interaction.participants.filter(isLive)) {
      const { hears, muted } = desiredParticipant(interaction, party, scene.world.head.configuration)
      if (!isConnected(party)) continue
      const expected = shallHear(party, interaction)
      expect(heardIn(hears), `${party.id} in ${phase.state}`).toEqual(expected)
      expect(muted === true).toBe(party.muted === true || party.supervises?.mode === 'listen')
      const alone = expected.length === 0 && party.connection === 'connected'
      if (alone && phase.state === 'held') expect(hears).toMatchObject({ type: 'program', repeat: true })
    }
  }
}

/** Walks on which something was wrong once; `0, 0, 0` answers whoever rings. */
const FOUND: [Step[]][] = [
  // Called into a consultation that became part of the call before the phone was answered.
  [
    [
      [6, 0, 1],
      [0, 0, 0],
      [8, 13, 2],
      [4, 0, 0],
      [0, 0, 0],
    ],
  ],
  // Fetched from where it was parked by who was on hold.
  [
    [
      [3, 0, 0],
      [10, 0, 7],
      [10, 4, 0],
      [0, 0, 0],
    ],
  ],
  // Who had joined listened again while the only other one still rang.
  [
    [
      [9, 23, 17],
      [0, 0, 0],
      [8, 0, 0],
      [9, 0, 27],
      [0, 0, 0],
    ],
  ],
  // Brought back into a call whose work was not over yet.
  [
    [
      [8, 0, 1],
      [0, 0, 0],
      [11, 0, 10],
      [6, 0, 0],
      [0, 0, 0],
      [4, 0, 0],
    ],
  ],
  // Brought into a call while the same phone was in a consultation of its own.
  [
    [
      [6, 0, 1],
      [0, 0, 0],
      [6, 21, 7],
      [4, 0, 0],
      [0, 0, 0],
    ],
  ],
  // Taken over from where it was parked.
  [
    [
      [6, 0, 1],
      [0, 0, 0],
      [10, 15, 0],
      [9, 15, 2],
      [0, 0, 0],
    ],
  ],
]

describe('who hears whom (MED-12, DSK-07)', () => {
  it(
    'is everybody else who may be heard, whatever is held, muted, called in, supervised, parked and joined',
    () => {
      fc.assert(
        fc.property(steps, (all) => {
          const play = new Play()
          for (const step of all) {
            play.take(step)
            check(play)
          }
          play.scene.crashes()
          check(play)
        }),
        { numRuns: RUNS, seed: SIMULATION_SEED, examples: FOUND },
      )
    },
    TIME_MS,
  )

  it(
    'and one phone is heard in one conversation at a time, whatever it leads',
    () => {
      fc.assert(
        fc.property(steps, (all) => {
          const play = new Play()
          for (const step of all) {
            play.take(step)
            const parties = play.interactions.flatMap(({ participants }) => participants)
            for (const alias of parties.filter((one) => one.via !== undefined && isLive(one))) {
              const owner = parties.find((one) => one.id === alias.via)
              const both = owner?.connection === 'connected' && alias.connection === 'connected'
              expect(both, `${alias.id} and ${alias.via}`).toBe(false)
            }
          }
        }),
        { numRuns: RUNS, seed: SIMULATION_SEED, examples: FOUND },
      )
    },
    TIME_MS,
  )

  it(
    'meets conferences, coaches, parked calls and consultations on these walks, so that what they show is not little',
    () => {
      const met = new Set<string>()
      for (const all of fc.sample(steps, { numRuns: 80, seed: 7 })) {
        const play = new Play()
        for (const step of all) play.take(step)
        for (const { event } of play.scene.world.log) met.add(event.type)
      }
      for (const type of [
        'Conferenced',
        'Joined',
        'Muted',
        'Parked',
        'SupervisionChanged',
        'TakenOver',
        'InvitationEnded',
      ]) {
        expect(met, type).toContain(type)
      }
    },
    TIME_MS,
  )
})
