import { assert, type Millis } from '#base'
import type { ConfigurationChange, Queue } from '#kernel/config'
import { type AgentFigures, type CountedWait, type QueueFigures, queueFiguresOf } from './figures.ts'
import { HANG_UPS_MIN, Patience } from './patience.ts'
import type { Contact, OfferMade } from './people.ts'
import { Random } from './random.ts'
import type { RecordedDay, RecordedPresence, RecordedWait } from './recorded-day.ts'
import { Stage } from './stage.ts'

/** The whole of a configuration, as changes to an empty one. */
export type WholeConfiguration = readonly ConfigurationChange[]

/** What one play, or the record itself, comes to. */
export interface DayFigures {
  readonly queues: Readonly<Record<string, QueueFigures>>
  readonly agents: Readonly<Record<string, AgentFigures>>
}

/** How long a replay goes on after the end, for those who still wait then. */
const AFTER_MS = 4 * 3_600_000

/** Talks and works after them that stand for those that history does not have: of callers who hung up and would not have. */
interface Handling {
  readonly ringMs: Millis
  readonly talkMs: Millis
  readonly wrapUpMs: Millis | undefined
}

/** What is drawn for a contact that history leaves open. */
interface Cast extends Handling {
  readonly contact: Contact
}

/** What people did on the recorded day, ready to be played again. */
export class Replay {
  readonly #day: RecordedDay
  readonly #arrivals: readonly RecordedWait[]
  readonly #patience = new Map<string, Patience>()
  readonly #all: Patience
  readonly #handlings = new Map<string, readonly Handling[]>()

  constructor(day: RecordedDay) {
    this.#day = day
    this.#arrivals = day.waits.filter(({ follows }) => !follows)
    this.#all = new Patience(day.waits.map(sampleOf))
    for (const [queue, waits] of Map.groupBy(day.waits, (wait) => wait.queue)) {
      this.#patience.set(queue, new Patience(waits.map(sampleOf)))
      this.#handlings.set(queue, waits.flatMap(handlingOf))
    }
  }

  /** Calls that come in, those not counted that the configuration sent on from another queue. */
  get arrivals(): number {
    return this.#arrivals.length
  }

  /** The curve of patience that is used for a queue: its own, or that of all queues while too few have hung up in it. */
  patienceOf(queue: string): Patience {
    const own = this.#patience.get(queue)
    return own && own.hangUps >= HANG_UPS_MIN ? own : this.#all
  }

  /** How many hung up in a queue. */
  hangUpsOf(queue: string): number {
    return this.#patience.get(queue)?.hangUps ?? 0
  }

  /** What history itself says. */
  recorded(configuration: WholeConfiguration): DayFigures {
    const { waits, presences, from, to } = this.#day
    const busy = new Map<string, { answered: number; busyMs: Millis }>()
    for (const { agent, talkMs = 0, wrapUpMs = 0, result } of waits) {
      if (agent === undefined || result !== 'answered') continue
      const sum = busy.get(agent) ?? { answered: 0, busyMs: 0 }
      busy.set(agent, { answered: sum.answered + 1, busyMs: sum.busyMs + talkMs + wrapUpMs })
    }
    return {
      queues: queueFiguresOf(waits, withinOf(configuration)),
      agents: agentFiguresOf(configuration, busy, presentMs(presences, from, to)),
    }
  }

  /** Plays the day through a configuration, once. The seed decides what history leaves open. `known`: the users of the recorded day. */
  play(configuration: WholeConfiguration, known: ReadonlySet<string>, seed: number): DayFigures {
    const { from, to } = this.#day
    const waits: CountedWait[] = []
    const busy = new Map<string, { answered: number; busyMs: Millis }>()
    const casts = new Map<string, Cast>()
    const numbers = new Entrances(configuration, this.#arrivals)
    const random = new Random(seed)
    const stage = new Stage({
      changes: [...quietened(configuration), ...numbers.changes],
      at: from,
      people: {
        ringMs: (offer) => this.#ringMs(offer, casts, random),
        talkMs: ({ contact }) => casts.get(contact.id)?.talkMs ?? 0,
        wrapUpMs: ({ contact }) => casts.get(contact.id)?.wrapUpMs,
      },
      audience: {
        waitEnded: ({ queue, enteredAt, endedAt, result }) =>
          waits.push({ queue, waitedMs: endedAt - enteredAt, result }),
        workEnded: ({ user, queue, from: since, to: until }) => {
          if (queue === undefined) return
          const sum = busy.get(user) ?? { answered: 0, busyMs: 0 }
          busy.set(user, { answered: sum.answered + 1, busyMs: sum.busyMs + until - since })
        },
      },
    })
    const presences = presencesFor(configuration, known, this.#day)
    planPresences(stage, presences, to)
    for (const wait of this.#arrivals) {
      const to = numbers.of(wait)
      if (to === undefined) continue
      const cast = this.#cast(wait, to, random)
      casts.set(wait.interaction + wait.enteredAt, cast)
      stage.at(wait.enteredAt, () => stage.arrive(cast.contact))
    }
    stage.runTo(to)
    const end = to + AFTER_MS
    while (stage.present > 0 && stage.now < end) stage.runTo(Math.min(end, stage.now + 60_000))
    return {
      queues: queueFiguresOf(waits, withinOf(configuration)),
      agents: agentFiguresOf(configuration, busy, presentMs(presences, from, to)),
    }
  }

  #ringMs({ contact, user }: OfferMade, casts: ReadonlyMap<string, Cast>, random: Random): Millis | undefined {
    const { offered, unanswered } = this.#day.offers[user] ?? { offered: 0, unanswered: 0 }
    if (offered > 0 && random.chance(unanswered / offered)) return undefined
    return casts.get(contact.id)?.ringMs ?? 0
  }

  /** Who hung up has the patience that was seen; who was answered has more than it waited. Who hung up talks as long as somebody who did not. */
  #cast(wait: RecordedWait, to: string, random: Random): Cast {
    const { queue, waitedMs, enteredAt, result } = wait
    const hungUp = sampleOf(wait).hungUp
    const patienceMs = hungUp ? waitedMs : this.patienceOf(queue).draw(random, waitedMs)
    const own = result === 'answered' ? handlingOf(wait)[0] : undefined
    const handling =
      own ?? random.pick(this.#handlings.get(queue) ?? []) ?? random.pick([...this.#handlings.values()].flat())
    return {
      ...(handling ?? { ringMs: 0, talkMs: 0, wrapUpMs: undefined }),
      contact: {
        id: wait.interaction + enteredAt,
        at: enteredAt,
        to,
        ...(patienceMs === undefined ? undefined : { patienceMs }),
      },
    }
  }
}

function sampleOf({ waitedMs, result }: RecordedWait): { waitedMs: Millis; hungUp: boolean } {
  return { waitedMs, hungUp: result === 'abandoned' || result === 'short-abandoned' }
}

function handlingOf({ result, ringMs = 0, talkMs, wrapUpMs, wrapUpWhole }: RecordedWait): readonly Handling[] {
  if (result !== 'answered' || talkMs === undefined) return []
  return [{ ringMs, talkMs, wrapUpMs: wrapUpWhole ? undefined : wrapUpMs }]
}

function queuesOf(configuration: WholeConfiguration): readonly Queue[] {
  return configuration.flatMap((change) => (change.kind === 'queue' && change.value ? [change.value] : []))
}

function usersOf(configuration: WholeConfiguration): readonly string[] {
  return configuration.flatMap((change) => (change.kind === 'user' && change.value ? [change.name] : []))
}

function withinOf(configuration: WholeConfiguration): ReadonlyMap<string, Millis> {
  return new Map(queuesOf(configuration).map(({ name, serviceLevel }) => [name, serviceLevel.withinMs]))
}

/** The configuration without what only a phone would notice: announcements and recordings make events, and route nobody. Nobody is ready before history says so. */
function quietened(configuration: WholeConfiguration): WholeConfiguration {
  return configuration.map((change): ConfigurationChange => {
    if (change.kind === 'queue' && change.value) {
      return { ...change, value: { ...change.value, positionEveryMs: 0, recorded: false, welcomePrompts: [] } }
    }
    if (change.kind === 'user' && change.value) {
      return { ...change, value: { ...change.value, initialStatus: 'not-ready' } }
    }
    return change
  })
}

/** Numbers and flows of one step that lead a contact to the very queue, with the very priority, that it entered. */
class Entrances {
  readonly changes: readonly ConfigurationChange[]
  readonly #numbers = new Map<string, string>()

  constructor(configuration: WholeConfiguration, waits: readonly RecordedWait[]) {
    const queues = new Map(queuesOf(configuration).map((queue) => [queue.name, queue]))
    const changes: ConfigurationChange[] = []
    for (const { queue, priority } of waits) {
      const key = `${queue} ${priority}`
      if (!queues.has(queue) || this.#numbers.has(key)) continue
      const flow = `what-if-${this.#numbers.size + 1}`
      const number = `+${String(this.#numbers.size + 1).padStart(20, '0')}`
      this.#numbers.set(key, number)
      const step = { type: 'queue', queue, ...(priority === OWN_PRIORITY ? undefined : { priority }) } as const
      changes.push(
        { kind: 'flow', name: flow, value: { name: flow, start: 'enter', steps: { enter: step } } },
        { kind: 'number', name: number, value: { type: 'flow', flow } },
      )
    }
    this.changes = changes
  }

  /** The number to dial; undefined when the queue is there no more. */
  of({ queue, priority }: RecordedWait): string | undefined {
    return this.#numbers.get(`${queue} ${priority}`)
  }
}

/** The priority of a wait that had its queue's own: it follows the queue when that is changed. */
export const OWN_PRIORITY = -1

/** New people are there as long as anybody was. */
function presencesFor(
  configuration: WholeConfiguration,
  known: ReadonlySet<string>,
  { presences }: RecordedDay,
): readonly RecordedPresence[] {
  const users = new Set(usersOf(configuration))
  const first = Math.min(...presences.map(({ from }) => from))
  const last = Math.max(...presences.map(({ to }) => to))
  const young = presences.length === 0 ? [] : [...users].filter((user) => !known.has(user))
  return [...presences.filter(({ user }) => users.has(user)), ...young.map((user) => ({ user, from: first, to: last }))]
}

/** Who is there at the end stays, for those who still wait then. */
function planPresences(stage: Stage, presences: readonly RecordedPresence[], end: Millis): void {
  for (const user of new Set(presences.map((one) => one.user))) stage.reach(user)
  for (const { user, from, to } of presences) {
    assert(to >= from, 'a presence ends after it begins')
    stage.at(from, () => stage.submit({ type: 'ChooseStatus', user, status: 'ready' }))
    if (to < end) stage.at(to, () => stage.submit({ type: 'ChooseStatus', user, status: 'not-ready' }))
  }
}

function presentMs(presences: readonly RecordedPresence[], from: Millis, to: Millis): ReadonlyMap<string, Millis> {
  const sums = new Map<string, Millis>()
  for (const one of presences) {
    const ms = Math.max(0, Math.min(one.to, to) - Math.max(one.from, from))
    sums.set(one.user, (sums.get(one.user) ?? 0) + ms)
  }
  return sums
}

function agentFiguresOf(
  configuration: WholeConfiguration,
  busy: ReadonlyMap<string, { readonly answered: number; readonly busyMs: Millis }>,
  present: ReadonlyMap<string, Millis>,
): Readonly<Record<string, AgentFigures>> {
  const names = usersOf(configuration).filter((user) => busy.has(user) || present.has(user))
  return Object.fromEntries(
    names.map((user) => {
      const { answered, busyMs } = busy.get(user) ?? { answered: 0, busyMs: 0 }
      const ms = present.get(user) ?? 0
      return [user, { answered, busyMs, presentMs: ms, occupancy: ms === 0 ? null : (busyMs / ms) * 100 }]
    }),
  )
}
