import type { CentreCommand, CentreEvent } from '#kernel/centre'
import { desiredParticipant, type Interaction, isLive, type Participant } from '#kernel/interaction'
import type { Agenda } from './agenda.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** A phone at the other end, as it really is, whatever the centre has heard of it. */
interface Leg {
  readonly interaction: string
  readonly participant: string
  /** A customer, who called or is called back. */
  readonly customer: boolean
  state: 'calling' | 'ringing' | 'connected' | 'gone'
  /** Why it is gone without having been connected. */
  failed?: 'busy' | 'declined'
  since: number
  program?: string
}

/** How often the adapter compares everything, which finds what a lost message left. */
const RECONCILE_EVERY_MS = 1_000

/** Promise 2: status equals reality within this time, whatever got lost. */
const STUCK_MS_MAX = 5_000

export interface Trouble {
  /** Shares of the messages to the centre that get lost, and that come twice. */
  readonly lost: number
  readonly doubled: number
}

/**
 * Phones, people and the adapter between them and the centre. The adapter is as the real one: it makes legs match what the state
 * wants, tells what happened at them, and tells it again when the state does not show it.
 */
export class Outside {
  readonly legs = new Map<string, Leg>()
  answered = 0
  readonly #world: World
  readonly #agenda: Agenda
  readonly #random: Random
  readonly #trouble: Trouble
  readonly #afterEach: () => void

  constructor(world: World, agenda: Agenda, random: Random, more: { trouble: Trouble; afterEach: () => void }) {
    this.#world = world
    this.#agenda = agenda
    this.#random = random
    this.#trouble = more.trouble
    this.#afterEach = more.afterEach
    this.#agenda.after(RECONCILE_EVERY_MS, () => this.#reconcileAll())
  }

  /** A message to the centre, which may get lost or come twice. */
  tell(command: CentreCommand): void {
    if (this.#random.chance(this.#trouble.lost)) return
    this.submit(command)
    if (this.#random.chance(this.#trouble.doubled))
      this.#agenda.after(this.#random.between(0, 500), () => this.submit(command))
  }

  submit(command: CentreCommand): void {
    this.#world.now = this.#agenda.now
    const events = command.type === 'Tick' ? this.#world.tick() : this.#world.submit(command)
    this.#afterEach()
    this.#follow(events)
  }

  #follow(events: readonly CentreEvent[]): void {
    const touched = new Set<string>()
    for (const event of events) {
      if ('interaction' in event) touched.add(event.interaction)
      if (event.type === 'RecordingEnded') this.#seal(event.interaction, event.recording)
      if (event.type === 'RecordingContinued') this.#seal(event.interaction, event.recording, event.part - 1)
    }
    for (const id of touched) this.#reconcile(id)
  }

  /** The file of a part, or of every part that is not there yet. */
  #seal(interaction: string, recording: string, part?: number): void {
    const { parts = 1 } = this.#world.head.unsealed.get(recording) ?? {}
    // Every other one is of somebody who said nothing.
    const durationMs = recording.length % 2 === 0 ? 1 : 2_000
    const sealed = { interaction, recording, durationMs, bytes: 1, sha256: '' }
    for (let of = part ?? 1; of <= (part ?? parts); of++)
      this.#agenda.after(200, () => this.tell({ type: 'SealRecording', ...sealed, part: of }))
  }

  #reconcileAll(): void {
    for (const id of this.#world.head.interactions.keys()) this.#reconcile(id)
    for (const leg of this.legs.values()) if (!this.#partyOf(leg)) this.#drop(leg)
    for (const [recording, { interaction }] of this.#world.head.unsealed) this.#seal(interaction, recording)
    this.#findStuckAgents()
    for (const [id, leg] of this.legs) if (leg.state === 'gone' && !this.#partyOf(leg)) this.legs.delete(id)
    this.#agenda.after(RECONCILE_EVERY_MS, () => this.#reconcileAll())
  }

  #partyOf(leg: Leg): { readonly interaction: Interaction; readonly party: Participant } | undefined {
    const interaction = this.#world.head.interactions.get(leg.interaction)
    const party = interaction?.participants.find((one) => one.id === leg.participant)
    return interaction && party && { interaction, party }
  }

  #reconcile(id: string): void {
    const interaction = this.#world.head.interactions.get(id)
    for (const party of interaction?.participants ?? []) {
      if (interaction) this.#reconcileParty(interaction, party)
    }
  }

  #reconcileParty(interaction: Interaction, party: Participant): void {
    const desired = desiredParticipant(interaction, party, this.#world.head.configuration)
    const leg = this.legs.get(party.id) ?? this.#dial(interaction, party, desired.dial !== undefined)
    if (!leg) return
    if (desired.connection === 'cleared') {
      this.#drop(leg)
      if (party.connection === 'failed') this.#report(leg)
      return
    }
    if (leg.state === 'calling' && !desired.dial && desired.connection === 'connected') this.#become(leg, 'connected')
    if (desired.hears.type === 'program') this.#play(leg, desired.hears.program, desired.hears.repeat)
    if (this.#differs(leg, party)) this.#report(leg)
  }

  #differs(leg: Leg, party: Participant): boolean {
    if (leg.state === 'gone') return isLive(party)
    if (leg.state === 'connected') return party.connection === 'initiated' || party.connection === 'alerting'
    return leg.state === 'ringing' && party.connection === 'initiated'
  }

  #become(leg: Leg, state: Leg['state']): void {
    if (leg.state === 'gone' || leg.state === state) return
    leg.state = state
    leg.since = this.#agenda.now
    this.#agenda.after(this.#random.between(1, 50), () => this.#report(leg))
    if (state === 'connected') this.#talk(leg)
  }

  #report({ interaction, participant, state, failed }: Leg): void {
    const ends = { interaction, participant }
    if (state === 'connected') this.tell({ type: 'ReportConnected', ...ends })
    if (state === 'ringing') this.tell({ type: 'ReportAlerting', ...ends })
    if (state !== 'gone') return
    if (failed) this.tell({ type: 'ReportFailed', ...ends, reason: failed })
    else this.tell({ type: 'ReportCleared', ...ends, reason: 'hung-up' })
  }

  /** The adapter lets go of a leg; its phone has nothing to say to that. */
  #drop(leg: Leg): void {
    if (leg.state === 'gone') return
    leg.state = 'gone'
    leg.since = this.#agenda.now
  }

  /** An agent's phone rings: most answer, some let it ring, some refuse. */
  #dial(interaction: Interaction, party: Participant, wanted: boolean): Leg | undefined {
    if (!wanted || !isLive(party)) return undefined
    const leg: Leg = {
      interaction: interaction.id,
      participant: party.id,
      customer: party.kind === 'customer',
      state: 'calling',
      since: this.#agenda.now,
    }
    this.legs.set(party.id, leg)
    this.#agenda.after(this.#random.between(20, 200), () => this.#become(leg, 'ringing'))
    if (this.#random.chance(0.05)) {
      this.#agenda.after(this.#random.between(300, 2_000), () => {
        if (leg.state !== 'calling' && leg.state !== 'ringing') return
        leg.failed = this.#random.pick(['busy', 'declined'])
        this.#become(leg, 'gone')
      })
    } else if (this.#random.chance(0.92)) {
      this.#agenda.after(this.#random.between(500, 6_000), () => {
        if (leg.state === 'ringing' || leg.state === 'calling') this.#become(leg, 'connected')
      })
    }
    return leg
  }

  /** A caller, with as much patience as it has. */
  arrive(interaction: string, to: string): void {
    const leg: Leg = {
      interaction,
      participant: `${interaction}.p1`,
      customer: true,
      state: 'calling',
      since: this.#agenda.now,
    }
    this.legs.set(leg.participant, leg)
    const patienceMs = 2_000 + this.#random.around(60_000)
    this.#agenda.after(patienceMs, () => this.#losePatience(leg))
    // An INVITE that gets lost is sent again by the caller's phone; the adapter knows a call that is over by its dialog.
    this.submit({ type: 'Arrive', interaction, from: '555', to })
    const doubled = this.#random.chance(this.#trouble.doubled) && this.#world.head.interactions.has(interaction)
    if (doubled) this.submit({ type: 'Arrive', interaction, from: '555', to })
  }

  #losePatience(leg: Leg): void {
    const state = this.#partyOf(leg)?.interaction.phase.state
    if (state === 'connected' || state === 'held') this.#agenda.after(60_000, () => this.#losePatience(leg))
    else this.#become(leg, 'gone')
  }

  /** An agent who has answered talks for a while, perhaps holds or transfers, and one of the two hangs up. */
  #talk(leg: Leg): void {
    if (leg.customer) return
    this.answered++
    const ends = { interaction: leg.interaction, participant: leg.participant }
    const talkMs = 1_000 + this.#random.around(30_000)
    if (this.#random.chance(0.2)) {
      this.#agenda.after(talkMs / 3, () => this.tell({ type: 'Hold', ...ends }))
      this.#agenda.after(talkMs / 2, () => this.tell({ type: 'Retrieve', ...ends }))
    }
    if (this.#random.chance(0.1)) {
      const to = this.#random.pick(['1000', '1001', '1002', '2001', '2002', '2003', '4711'])
      this.#agenda.after(talkMs / 2, () => this.tell({ type: 'Transfer', ...ends, to }))
    }
    this.#agenda.after(talkMs, () => {
      const caller = [...this.legs.values()].find((one) => one.interaction === leg.interaction && one.customer)
      const callersTurn = this.#random.chance(0.5) && caller?.state === 'connected' && leg.state === 'connected'
      this.#become(callersTurn ? caller : leg, 'gone')
    })
  }

  /** Prompts end after their time; at menus callers press something, mostly what they were told. */
  #play(leg: Leg, program: string, repeat: boolean): void {
    if (leg.program === program) return
    leg.program = program
    if (repeat) return
    const { interaction, participant } = leg
    this.#agenda.after(this.#random.between(500, 4_000), () => this.#endProgram(leg, program))
    if (this.#random.chance(0.6)) {
      const digit = this.#random.pick(['1', '2', '3', '4', '0', '#', '9'])
      this.#agenda.after(this.#random.between(200, 8_000), () => {
        if (leg.state === 'connected') this.tell({ type: 'PressDigit', interaction, participant, digit })
      })
    }
  }

  /** The media process keeps telling until it is confirmed. */
  #endProgram(leg: Leg, program: string): void {
    const phase = this.#partyOf(leg)?.interaction.phase
    const current =
      phase?.state === 'in-flow' && `${leg.interaction}.v${phase.visit}` === program && !phase.programEnded
    if (!current || leg.state === 'gone') return
    this.tell({ type: 'EndProgram', interaction: leg.interaction, participant: leg.participant, program })
    this.#agenda.after(1_000, () => this.#endProgram(leg, program))
  }

  /** Promise 2: nobody is on the phone in the state whose phone has been gone for some time. */
  #findStuckAgents(): void {
    for (const agent of this.#world.head.agents.values()) {
      for (const { participant, state } of agent.work) {
        const leg = this.legs.get(participant)
        const goneMs = leg?.state === 'gone' ? this.#agenda.now - leg.since : 0
        if (state === 'wrapping-up' || goneMs <= STUCK_MS_MAX) continue
        throw new Error(`${agent.user} is ${state} for ${participant}, whose phone has been gone for ${goneMs} ms`)
      }
    }
  }
}
