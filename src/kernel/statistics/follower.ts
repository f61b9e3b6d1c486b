import type { Millis } from '#base'
import { type Agent, type AgentStatus, agentStatus } from '#kernel/agent'
import type { Configuration } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { FigureEvent } from './event.ts'
import type { Fact } from './fact.ts'
import { followVisit } from './follow-visit.ts'
import { factOf, followWorks, turnTo } from './follow-work.ts'
import type { Measure } from './measure.ts'
import type { OpenAgent, OpenContact, OpenFigures } from './open-figures.ts'

interface ContactChange {
  readonly id: string
  readonly before: Interaction | undefined
  readonly after: Interaction | undefined
}

interface When {
  readonly at: Millis
  readonly configuration: Configuration
}

/**
 * The one fold of figures: it is told what an event changed, and notes facts. The live figures and the journal's rows both come from
 * here. It keeps only what has begun and not ended ({@link OpenFigures}); durations come from the events' times, so that neither a
 * restart nor a takeover cuts or loses any.
 */
export class FigureFollower {
  readonly #open: OpenFigures
  readonly #note: (fact: Fact) => void
  #contacts: ContactChange[] = []
  #agents: { readonly user: string; readonly after: Agent | undefined }[] = []

  constructor(open: OpenFigures, note: (fact: Fact) => void) {
    this.#open = open
    this.#note = note
  }

  /** To be told before {@link follow}, for every contact that the event changes. */
  contactChanged(id: string, before: Interaction | undefined, after: Interaction | undefined): void {
    this.#contacts.push({ id, before, after })
  }

  /** The same for agents. */
  agentChanged(user: string, after: Agent | undefined): void {
    this.#agents.push({ user, after })
  }

  /** What was told is no change: a dump was read. */
  forget(): void {
    this.#contacts = []
    this.#agents = []
  }

  /** Notes what the changes that were told mean. */
  follow(event: FigureEvent, at: Millis, configuration: Configuration): void {
    const when = { at, configuration }
    for (const change of this.#contacts) this.#begin(change, when)
    if (event.type === 'Transferred') this.#noteTransfer(event, at)
    if (event.type === 'CallbackAttempted') this.#noteAttempt(event, when)
    for (const { user, after } of this.#agents) this.#followAgent(user, after, event, when)
    for (const change of this.#contacts) this.#followContact(change, event, when)
    if (this.#contacts.length > 0) this.#contacts = []
    if (this.#agents.length > 0) this.#agents = []
  }

  #begin({ id, before, after }: ContactChange, { at, configuration }: When): void {
    if (!after || this.#open.contacts.has(id)) return
    const line = lineOf(after, configuration)
    const contact: OpenContact = {
      medium: after.medium,
      ...(line === undefined ? undefined : { line, lineSince: at }),
      served: false,
      held: false,
    }
    this.#open.contacts.set(id, contact)
    if (line !== undefined && !before) {
      this.#note({ measure: 'arrived', at, ms: 0, interaction: id, medium: after.medium, line })
    }
  }

  /** A transfer counts for whoever made it, and for the queue that the work came from. */
  #noteTransfer({ user, by }: FigureEvent & { type: 'Transferred' }, at: Millis): void {
    const work = user === undefined ? undefined : this.#open.agents.get(user)?.work[by]
    if (user !== undefined && work) this.#note(factOf('transferred', work, { user, at }))
  }

  #noteAttempt(event: FigureEvent & { type: 'CallbackAttempted' }, { at, configuration }: When): void {
    const { interaction, outcome, queue, user, corrects } = event
    this.#note({
      ...{ measure: corrects ? 'settled' : 'attempted', detail: outcome, at, ms: 0, interaction, queue },
      ...{ medium: this.#open.contacts.get(interaction)?.medium, agent: user },
      skills: Object.keys(configuration.queues.get(queue)?.skills ?? {}),
    })
  }

  #followAgent(user: string, after: Agent | undefined, event: FigureEvent, { at, configuration }: When): void {
    const known = this.#open.agents.get(user)
    const work = followWorks(known?.work ?? {}, after, {
      ...{ user, at, event, note: this.#note },
      contactOf: (interaction) => this.#open.contacts.get(interaction),
      skillsOf: (queue) =>
        Object.keys((queue === undefined ? undefined : configuration.queues.get(queue))?.skills ?? {}),
    })
    const status = after && agentStatus(after, at)
    const reason = after && status === 'not-ready' ? after.chosen.reason : undefined
    const same = known !== undefined && known.status === status && known.reason === reason
    if (known && !same) this.#noteStatus(user, known, at)
    if (status === undefined) this.#open.agents.delete(user)
    else
      this.#open.agents.set(user, {
        status,
        ...(reason === undefined ? undefined : { reason }),
        since: same ? known.since : at,
        work,
      })
  }

  #noteStatus(user: string, { status, reason, since }: OpenAgent, at: Millis): void {
    const measure = statusMeasure(status)
    if (measure && at > since) this.#note({ measure, detail: reason, at, ms: at - since, agent: user })
  }

  #followContact({ id, before, after }: ContactChange, event: FigureEvent, { at, configuration }: When): void {
    let contact = this.#open.contacts.get(id)
    if (!contact) return
    const held = after?.phase.state === 'held'
    if (held !== contact.held) {
      contact = { ...contact, held }
      this.#turnWorks(after ?? before, held, at)
    }
    contact = followVisit(contact, { id, before, after, event, at, configuration, note: this.#note })
    const { state } = after?.phase ?? {}
    if (!contact.served && (state === 'connected' || state === 'held')) contact = { ...contact, served: true }
    if (state === undefined || state === 'wrapping-up') contact = this.#endLine(id, contact, at)
    if (after) this.#open.contacts.set(id, contact)
    else this.#close(id, contact, event, at)
  }

  /** Who talks on hold, holds; whoever held. */
  #turnWorks(interaction: Interaction | undefined, held: boolean, at: Millis): void {
    for (const { id, user } of interaction?.participants ?? []) {
      const agent = user === undefined ? undefined : this.#open.agents.get(user)
      const work = agent?.work[id]
      if (user === undefined || !agent || !work || (work.doing !== 'talk' && work.doing !== 'hold')) continue
      const turned = turnTo(work, held ? 'hold' : 'talk', { user, at, note: this.#note })
      this.#open.agents.set(user, { ...agent, work: { ...agent.work, [id]: turned } })
    }
  }

  #endLine(id: string, contact: OpenContact, at: Millis): OpenContact {
    const { line, lineSince, medium } = contact
    if (lineSince === undefined) return contact
    if (at > lineSince) this.#note({ measure: 'in-use', at, ms: at - lineSince, interaction: id, medium, line })
    const { lineSince: _, ...rest } = contact
    return rest
  }

  #close(id: string, { served, line, medium }: OpenContact, event: FigureEvent, at: Millis): void {
    this.#open.contacts.delete(id)
    if (served || line === undefined) return
    const detail = event.type === 'InteractionClosed' ? event.reason : undefined
    this.#note({ measure: 'unqueued', detail, at, ms: 0, interaction: id, medium, line })
  }
}

/** The number that a customer dialled, as far as the centre knows it: others would be names without end. */
function lineOf({ direction, to }: Interaction, { numbers, extensions }: Configuration): string | undefined {
  return direction === 'inbound' && (numbers.has(to) || extensions.has(to)) ? to : undefined
}

/** Who is logged off spends no time. */
export function statusMeasure(status: AgentStatus): Measure | undefined {
  return status === 'logged-off' ? undefined : `status-${status}`
}
