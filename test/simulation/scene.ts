import assert from 'node:assert/strict'
import { agentStatus } from '#kernel/agent'
import { type CentreCommand, type CentreEvent, centreMachine } from '#kernel/centre'
import { type ConfigurationChange, demoCentre, type Queue } from '#kernel/config'
import { desiredParticipant, type Interaction } from '#kernel/interaction'
import { checkState } from './invariants.ts'
import { START, World } from './world.ts'

/** The demo centre in which a test plays a scene and reads what happened as lines. Everything is checked after every command. */
export class Scene {
  readonly world = new World(demoCentre())
  #calls = 0

  /** The phones of these users are there. */
  phones(...users: readonly string[]): this {
    for (const user of users) this.does({ type: 'SetReachable', user, reachable: true })
    return this
  }

  /** Gives a command and tells what it caused. */
  does(command: CentreCommand): readonly string[] {
    const events = this.world.submit(command)
    checkState(this.world.head, this.world.now)
    return events.map((event) => tell(event))
  }

  /** A call comes in; its id is `ix-1`, `ix-2` and so on. */
  arrives(to: string, user?: string): readonly string[] {
    const interaction = `ix-${++this.#calls}`
    const from = user === undefined ? '555' : this.world.head.configuration.users.get(user)!.extension
    return this.does({ type: 'Arrive', interaction, from, to, ...(user === undefined ? undefined : { user }) })
  }

  /** A party's phone is answered: `ix-1.p2`. */
  connects(participant: string, interaction = interactionOf(participant)): readonly string[] {
    return this.does({ type: 'ReportConnected', interaction, participant })
  }

  hangsUp(participant: string, interaction = interactionOf(participant)): readonly string[] {
    return this.does({ type: 'ReportCleared', interaction, participant, reason: 'hung-up' })
  }

  /** Its leg is lost. */
  loses(participant: string): readonly string[] {
    return this.does({ type: 'ReportCleared', interaction: interactionOf(participant), participant, reason: 'lost' })
  }

  fails(participant: string, reason: 'busy' | 'no-answer' | 'declined' | 'unreachable' | 'error'): readonly string[] {
    return this.does({ type: 'ReportFailed', interaction: interactionOf(participant), participant, reason })
  }

  presses(participant: string, digit: string): readonly string[] {
    return this.does({ type: 'PressDigit', interaction: interactionOf(participant), participant, digit })
  }

  /** What the party hears now has been said to its end. */
  heard(participant: string): readonly string[] {
    const { hears } = this.desired(participant)
    assert(hears.type === 'program', `${participant} hears ${hears.type}`)
    const { program } = hears
    return this.does({ type: 'EndProgram', interaction: interactionOf(participant), participant, program })
  }

  transfers(participant: string, to: string): readonly string[] {
    return this.does({ type: 'Transfer', interaction: interactionOf(participant), participant, to })
  }

  /** Time passes; tells what fell due. */
  passes(durationMs: number): readonly string[] {
    const before = this.world.log.length
    this.world.advance(durationMs, () => checkState(this.world.head, this.world.now))
    return this.world.log.slice(before).map(({ event }) => tell(event))
  }

  changes(...changes: readonly ConfigurationChange[]): readonly string[] {
    const basedOn = this.world.head.configuration.version
    return this.does({ type: 'ChangeConfiguration', by: 'admin', basedOn, changes })
  }

  /** A queue of the demo with other settings. */
  queue(name: string, more: Partial<Queue>): ConfigurationChange {
    return { kind: 'queue', name, value: { ...this.world.head.configuration.queues.get(name)!, ...more } }
  }

  interaction(id: string): Interaction {
    const found = this.world.head.interactions.get(id)
    assert(found, `${id} is not there`)
    return found
  }

  phase(id: string): Interaction['phase'] {
    return this.interaction(id).phase
  }

  isOver(id: string): boolean {
    return !this.world.head.interactions.has(id)
  }

  status(user: string): string {
    return agentStatus(this.world.head.agents.get(user)!, this.world.now)
  }

  desired(participant: string, interaction = interactionOf(participant)) {
    const found = this.interaction(interaction)
    const party = found.participants.find((one) => one.id === participant)
    assert(party, `${participant} is not there`)
    return desiredParticipant(found, party, this.world.head.configuration)
  }

  /** The prompts that the party hears now. */
  hears(participant: string): readonly string[] | string {
    const { hears } = this.desired(participant)
    if (hears.type !== 'program') return hears.type === 'participant' ? hears.participant : hears.type
    return hears.items.map((item) => (item.type === 'prompt' ? item.prompt : item.type))
  }

  /** The process dies here, and its next incarnation goes on from a snapshot. */
  crashes(): this {
    this.world.crashToDump()
    checkState(this.world.head, this.world.now)
    return this
  }

  /** Milliseconds since the scene began. */
  get time(): number {
    return this.world.now - START
  }

  get due(): number | undefined {
    const due = centreMachine.nextDeadline(this.world.head)
    return due === undefined ? undefined : due - START
  }
}

function interactionOf(participant: string): string {
  return participant.slice(0, participant.lastIndexOf('.'))
}

const after = (at: number): string => `until ${at - START}`

/** An event as a line that an operator could read. */
export function tell(event: CentreEvent): string {
  const words = wordsOf(event)
  return words === '' ? event.type : `${event.type} ${words}`
}

function wordsOf(event: CentreEvent): string {
  switch (event.type) {
    case 'InteractionCreated':
      return `${event.medium} ${event.direction}`
    case 'StepEntered':
      return `${event.flow}/${event.step}${event.attempt > 1 ? ` again ${event.attempt}` : ''}`
    case 'DigitPressed':
      return event.digit
    case 'ProgramEnded':
      return event.program
    case 'Queued':
      return `${event.queue} ${event.priority}`
    case 'Overflowed':
      return `${event.queue} ${event.reason}`
    case 'Widened':
      return `${event.ring}${event.only === undefined ? '' : ` only ${event.only.user}`}`
    case 'CustomerDialled':
    case 'OutsideDialled':
      return `${event.participant.id} ${event.participant.address}`
    case 'StationChosen':
      return `${event.user} ${event.phoneless ? 'none' : (event.number ?? 'own')}`
    case 'PresenceNoted':
      return `${event.user} ${event.note ?? '-'}`
    case 'CallbackAttempted':
      return `${event.attempt} ${event.outcome}${event.next === undefined ? '' : ` again ${after(event.next.at).slice(6)}`}`
    case 'CustomerIdentified':
      return event.customer
    case 'QueueActivated':
      return `${event.user} ${event.queue} ${event.active ? 'active' : 'inactive'}`
    case 'WrapUpExtended':
      return `${event.user} ${after(event.until)}`
    case 'Announced':
      return event.prompts.join(' ')
    case 'Offered':
      return `${event.user} ${event.participant.id} ${after(event.until)}`
    case 'OfferEnded':
      return `${event.user} ${event.reason}${event.ronaUntil === undefined ? '' : ` ${after(event.ronaUntil)}`}`
    case 'ParticipantAlerting':
    case 'ParticipantConnected':
      return event.participant
    case 'ParticipantCleared':
      return `${event.participant} ${event.reason}`
    case 'ParticipantInvited':
      return `${event.participant.id} ${event.participant.address} ${after(event.until)}`
    case 'InvitationEnded':
      return `${event.participant} ${event.reason}`
    case 'SupervisionChanged':
      return `${event.participant} ${event.supervises?.mode ?? 'join'}`
    case 'TakenOver':
      return `${event.by} from ${event.from}`
    case 'Muted':
      return `${event.participant} ${event.muted}`
    case 'DigitsSent':
      return `${event.by} ${event.count}`
    case 'Conferenced':
      return `${event.by} with ${event.consulted}`
    case 'Parked':
      return `${event.slot} ${event.user} ${after(event.until)}`
    case 'Held':
    case 'Retrieved':
      return event.by
    case 'Moved':
      return `${event.kind} ${event.to}${event.place === undefined ? '' : ` ${event.place}`} by ${event.by}`
    case 'PriorityChanged':
      return `${event.before} to ${event.priority} by ${event.by}`
    case 'Transferred':
      return `${event.by} to ${event.to}`
    case 'Joined':
      return `${event.participant.id} to ${event.interaction}`
    case 'RecordingStarted':
      return `${event.recording} of ${event.channels.join(' ')}`
    case 'RecordingEnded':
    case 'RecordingSealed':
      return event.recording
    case 'RecordingFailed':
      return `${event.recording} ${event.reason}`
    case 'RecordingContinued':
    case 'RecordingPartSealed':
      return `${event.recording} part ${event.part}`
    case 'RecordingPartFailed':
      return `${event.recording} part ${event.part} ${event.reason}`
    case 'WrapUpStarted':
      return `${event.user} ${after(event.until)}`
    case 'Noted':
    case 'WrapUpEnded':
    case 'RonaEnded':
      return event.user
    case 'MessageAdded':
      return `${event.message.user ?? 'customer'}: ${event.message.text}`
    case 'ItemChanged':
      return `by ${event.by}`
    case 'ItemOverdue':
      return ''
    case 'ContactBegun':
      return `by ${event.user} for ${event.queue}`
    case 'ItemCompleted':
      return event.user
    case 'MessageReported':
      return `${event.message} ${event.delivery?.state ?? 'waiting'}`
    case 'MessagesRead':
      return `${event.by} ${event.message}`
    case 'ThresholdCrossed':
    case 'ThresholdRestored':
    case 'AlertRaised':
    case 'AlertSeen':
    case 'AlertAcknowledged':
    case 'AlertEnded':
      return `${event.threshold.name} ${event.queue}`
    case 'RoomOpened':
    case 'RoomWritten':
    case 'RoomRead':
    case 'RoomChanged':
      return event.room
    case 'VoiceMessageLeft':
      return `${event.message} in ${event.mailbox}`
    case 'VoiceMessageSettled':
      return `${event.message} ${event.sound}`
    case 'VoiceMessageMarked':
      return `${event.message} ${event.as} by ${event.by}`
    case 'InteractionClosed':
      return `${event.interaction} ${event.reason}`
    case 'StatusChosen':
      return `${event.user} ${event.status}`
    case 'ReachableChanged':
      return `${event.user} ${event.reachable}`
    case 'ConfigurationChanged':
      return `${event.version}`
    case 'SessionsEnded':
      return event.user
    default:
      return event satisfies never
  }
}
