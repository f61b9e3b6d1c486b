import { isTandemError, type Millis } from '#base'
import { type CentreCommand, type CentreEvent, type CentreStore, centreMachine } from '#kernel/centre'
import type { ConfigurationChange } from '#kernel/config'
import { Agenda } from './agenda.ts'
import type { Audience, Contact, OfferMade, People } from './people.ts'
import type { WaitResult } from './recorded-day.ts'

/** The part of the kernel that is played: the whole of it, unless a test breaks it on purpose. */
export type Kernel = Pick<typeof centreMachine, 'initial' | 'decide' | 'evolve' | 'nextDeadline' | 'tick'>

/** What a play is made of. */
export interface StageOptions {
  readonly changes: readonly ConfigurationChange[]
  readonly people: People
  readonly audience: Audience
  /** When it begins. */
  readonly at: Millis
  readonly kernel?: Kernel
  /** Sees every event, after it was folded. */
  readonly onEvent?: (event: CentreEvent, at: Millis, state: CentreStore) => void
}

/** A caller on the stage. */
interface Caller {
  readonly contact: Contact
  /** The place in a queue whose end is not told yet. */
  waiting?: { readonly queue: string; readonly enteredAt: Millis } | undefined
  patient: boolean
  /** Agents on it, by participant. */
  readonly agents: Map<string, { readonly offer: OfferMade; since?: Millis; wrapsUp?: boolean }>
}

/**
 * The live kernel on a time of its own, and people around it who do what they are told: callers come, wait and hang up, agents answer,
 * talk and wrap up. Commands go in as adapters would send them, events come out and are folded; there is no other router here (promise 5).
 */
export class Stage {
  now: Millis
  readonly state: CentreStore
  readonly #kernel: Kernel
  readonly #options: StageOptions
  readonly #agenda = new Agenda()
  readonly #callers = new Map<string, Caller>()
  /** Commands that follow at this very moment, in order. */
  readonly #next: CentreCommand[] = []
  #busy = false
  /** Callers whom the centre refused: there were too many at once. */
  refused = 0

  constructor(options: StageOptions) {
    this.#options = options
    this.#kernel = options.kernel ?? centreMachine
    this.now = options.at
    this.state = this.#kernel.initial()
    this.submit({ type: 'ChangeConfiguration', by: 'what-if', basedOn: 0, changes: options.changes })
  }

  /** Callers who are there: in a menu, in a queue, with an agent, or with an agent's work after them. */
  get present(): number {
    return this.#callers.size
  }

  /** Plans something for a moment; one that has passed is now. */
  at(moment: Millis, act: () => void): void {
    this.#agenda.plan(Math.max(moment, this.now), act)
  }

  /** A phone of the agent is there from now on, or not. */
  reach(user: string, reachable = true): void {
    this.submit({ type: 'SetReachable', user, reachable })
  }

  /** A caller comes, now. */
  arrive(contact: Contact): void {
    if (this.#callers.has(contact.id)) return
    this.#callers.set(contact.id, { contact, patient: true, agents: new Map() })
    this.submit({ type: 'Arrive', interaction: contact.id, from: '0', to: contact.to })
    if (!this.state.interactions.has(contact.id)) this.#callers.delete(contact.id)
    else this.submit({ type: 'ReportConnected', interaction: contact.id, participant: `${contact.id}.p1` })
  }

  /** Lets time pass until the moment; what was planned for it happens, and what falls due in the centre does. */
  runTo(end: Millis): void {
    for (;;) {
      const due = this.#kernel.nextDeadline(this.state)
      const planned = this.#agenda.next()
      const at = Math.min(due ?? Number.POSITIVE_INFINITY, planned ?? Number.POSITIVE_INFINITY)
      if (at > end) break
      this.now = Math.max(this.now, at)
      if (planned !== undefined && planned <= at) this.#agenda.take()?.act()
      else this.submit(this.#kernel.tick())
    }
    this.now = Math.max(this.now, end)
  }

  /** Gives a command, and whatever the people do at once because of it. */
  submit(command: CentreCommand): void {
    this.#next.push(command)
    if (this.#busy) return
    this.#busy = true
    for (let next = this.#next.shift(); next; next = this.#next.shift()) this.#obey(next)
    this.#busy = false
  }

  #obey(command: CentreCommand): void {
    let events: readonly CentreEvent[]
    try {
      events = this.#kernel.decide(this.state, command, this.now)
    } catch (cause) {
      if (!isTandemError(cause, 'centre.full')) throw cause
      this.refused++
      return
    }
    for (const event of events) {
      this.#kernel.evolve(this.state, event, this.now)
      this.#follow(event)
      this.#options.onEvent?.(event, this.now, this.state)
    }
  }

  #follow(event: CentreEvent): void {
    if (!('interaction' in event)) return
    const caller = this.#callers.get(event.interaction)
    if (!caller) return
    switch (event.type) {
      case 'Queued':
        return this.#queued(caller, event.queue, event.enteredAt)
      case 'StepEntered':
        return this.#waitEnded(caller, 'left')
      case 'Offered':
        return this.#offered(caller, event)
      case 'OfferEnded':
        caller.agents.delete(event.participant)
        return
      case 'ParticipantConnected':
        return this.#connected(caller, event.participant)
      case 'WrapUpStarted':
        return this.#wrapsUp(caller, event)
      case 'ParticipantCleared':
        return this.#cleared(caller, event.participant)
      case 'WrapUpEnded':
        return this.#workEnded(caller, event.participant)
      case 'RecordingEnded':
        this.#next.push({ type: 'FailRecording', ...pick(event), reason: 'nobody records here' })
        return
      case 'InteractionClosed':
        this.#waitEnded(caller, isAbandoned(event.reason) ? event.reason : 'left')
        this.#callers.delete(event.interaction)
        return
      default:
        return
    }
  }

  #queued(caller: Caller, queue: string, enteredAt: Millis): void {
    this.#waitEnded(caller, 'left')
    caller.waiting = { queue, enteredAt }
    const { id, patienceMs } = caller.contact
    if (!caller.patient || patienceMs === undefined) return
    caller.patient = false
    this.at(enteredAt + patienceMs, () => {
      const phase = this.state.interactions.get(id)?.phase.state
      if (phase !== 'queued' && phase !== 'offered') return
      this.submit({ type: 'ReportCleared', interaction: id, participant: `${id}.p1`, reason: 'hung-up' })
    })
  }

  #offered(caller: Caller, event: CentreEvent & { type: 'Offered' }): void {
    const { interaction, user, queue, until } = event
    const participant = event.participant.id
    const offer = { contact: caller.contact, user, queue, until }
    caller.agents.set(participant, { offer })
    const ringMs = this.#options.people.ringMs(offer)
    if (ringMs === undefined) return
    const answer = { type: 'ReportConnected', interaction, participant } as const
    if (ringMs <= 0) this.#next.push(answer)
    else this.at(this.now + ringMs, () => caller.agents.has(participant) && this.submit(answer))
  }

  #connected(caller: Caller, participant: string): void {
    const agent = caller.agents.get(participant)
    if (!agent) return
    agent.since = this.now
    this.#waitEnded(caller, 'answered', agent.offer.user)
    const { id } = caller.contact
    this.at(this.now + this.#options.people.talkMs(agent.offer), () =>
      this.submit({ type: 'ReportCleared', interaction: id, participant: `${id}.p1`, reason: 'hung-up' }),
    )
  }

  #wrapsUp(caller: Caller, { interaction, participant, user }: CentreEvent & { type: 'WrapUpStarted' }): void {
    const agent = caller.agents.get(participant)
    if (!agent) return
    agent.wrapsUp = true
    const wrapUpMs = this.#options.people.wrapUpMs(agent.offer)
    if (wrapUpMs === undefined) return
    this.at(this.now + wrapUpMs, () => this.submit({ type: 'EndWrapUp', interaction, user }))
  }

  #cleared(caller: Caller, participant: string): void {
    if (!caller.agents.get(participant)?.wrapsUp) this.#workEnded(caller, participant)
  }

  #workEnded(caller: Caller, participant: string): void {
    const agent = caller.agents.get(participant)
    if (!agent) return
    caller.agents.delete(participant)
    const { user, queue } = agent.offer
    if (agent.since !== undefined) {
      this.#options.audience.workEnded?.({ user, queue, from: agent.since, to: this.now })
    }
  }

  #waitEnded(caller: Caller, result: WaitResult, user?: string): void {
    const { waiting, contact } = caller
    if (!waiting) return
    caller.waiting = undefined
    const outcome = { contact, ...waiting, endedAt: this.now, result }
    this.#options.audience.waitEnded?.(user === undefined ? outcome : { ...outcome, user })
  }
}

function isAbandoned(reason: string): reason is 'abandoned' | 'short-abandoned' {
  return reason === 'abandoned' || reason === 'short-abandoned'
}

function pick({ interaction, recording }: { readonly interaction: string; readonly recording: string }) {
  return { interaction, recording }
}
