import type { CentreEvent } from '#kernel/centre'
import type { Configuration } from '#kernel/config'
import type { Call, Job, Seen } from './naive-work.ts'

/** An event with its moment. */
export interface Dated {
  readonly at: number
  readonly event: CentreEvent
}

const QUARTER = 900_000

/** Whom a thing counts for; written down anew, so that the table of the product is checked by it. */
const FOR_WAITS = ['queue', 'skill', 'line']
const FOR_WORKS = ['queue', 'skill', 'line', 'agent']
const KINDS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      ...['offered', 'overflowed-in', 'answered', 'abandoned', 'short-abandoned', 'overflowed-out', 'redirected'],
      'withdrawn',
    ].map((what) => [what, FOR_WAITS]),
  ),
  ...Object.fromEntries(['arrived', 'unqueued', 'in-use'].map((what) => [what, ['line']])),
  ...Object.fromEntries(
    ['handled', 'transferred', 'attempted', 'settled', 'ring', 'talk', 'hold', 'wrap-up'].map((what) => [
      what,
      FOR_WORKS,
    ]),
  ),
}

/**
 * Figures worked out again, slowly, from the log's events alone: with none of the kernel's folds and none of its figures' code. It
 * keeps every single thing that it sees and adds up only at the end, interval by interval.
 */
export class NaiveFigures {
  readonly #seen: Seen[] = []
  readonly #calls = new Map<string, Call>()
  readonly #jobs: Job[] = []
  readonly #people = new Map<
    string,
    {
      chosen: string
      reason: string | undefined
      reachable: boolean
      rona: number | undefined
      was: string
      why: string | undefined
      since: number
    }
  >()

  /** `configurationAt`: the configuration after the n-th event. */
  constructor(events: readonly Dated[], configurationAt: (index: number) => Configuration, now: number) {
    for (const [index, { at, event }] of events.entries()) this.#read(event, at, configurationAt(index))
    this.#finish(now)
  }

  /** `kind name start measure` → count, time, longest; as plain text keys, so that two tables are compared in one go. */
  table(): Readonly<Record<string, readonly [number, number, number]>> {
    const table: Record<string, [number, number, number]> = {}
    const put = (key: string, count: number, ms: number, longest: number): void => {
      const [c, m, l] = table[key] ?? [0, 0, 0]
      table[key] = [c + count, m + ms, Math.max(l, longest)]
    }
    for (const one of this.#seen) {
      const names = one.detail === undefined ? [one.what] : [one.what, `${one.what}:${one.detail}`]
      for (const object of this.#objects(one)) {
        for (const name of names) {
          if (!one.isStretch) {
            const length = one.to - one.from
            put(`${object} ${Math.floor(one.to / QUARTER) * QUARTER} ${name}`, 1, length, length)
            continue
          }
          for (let start = Math.floor(one.from / QUARTER) * QUARTER; start < one.to; start += QUARTER) {
            const inside = Math.min(one.to, start + QUARTER) - Math.max(one.from, start)
            if (inside > 0) put(`${object} ${start} ${name}`, 0, inside, 0)
          }
        }
      }
    }
    return table
  }

  #objects({ what, queue, skills, line, agent }: Seen): string[] {
    const kinds = KINDS[what] ?? ['agent']
    return [
      ...(queue !== undefined && kinds.includes('queue') ? [`queue ${queue}`] : []),
      ...(line !== undefined && kinds.includes('line') ? [`line ${line}`] : []),
      ...(agent !== undefined && kinds.includes('agent') ? [`agent ${agent}`] : []),
      ...(kinds.includes('skill') ? (skills ?? []).map((skill) => `skill ${skill}`) : []),
    ]
  }

  #read(event: CentreEvent, at: number, configuration: Configuration): void {
    if (event.type === 'ConfigurationChanged') {
      for (const change of event.changes) {
        if (change.kind !== 'user' || !change.value || this.#people.has(change.name)) continue
        const chosen = change.value.initialStatus
        this.#people.set(change.name, {
          ...{ chosen, reason: undefined, reachable: false, rona: undefined, why: undefined },
          was: '',
          since: at,
        })
      }
    } else if ('interaction' in event) this.#readCall(event, at, configuration)
    else if (event.type === 'StatusChosen' || event.type === 'ReachableChanged' || event.type === 'RonaEnded')
      this.#readPerson(event)
    if ('user' in event && event.type === 'OfferEnded' && event.ronaUntil !== undefined) {
      this.#people.get(event.user)!.rona = event.ronaUntil
    }
    this.#readStatuses(at)
  }

  #readPerson(event: Extract<CentreEvent, { type: 'StatusChosen' | 'ReachableChanged' | 'RonaEnded' }>): void {
    const person = this.#people.get(event.user)
    if (!person) return
    if (event.type === 'ReachableChanged') person.reachable = event.reachable
    if (event.type === 'RonaEnded') person.rona = undefined
    if (event.type !== 'StatusChosen') return
    person.chosen = event.status
    person.reason = event.reason
    if (event.status === 'ready') person.rona = undefined
  }

  #readStatuses(at: number): void {
    const doing = new Map<string, Set<string>>()
    for (const job of this.#jobs) {
      const set = doing.get(job.user) ?? new Set<string>()
      set.add(job.parts.at(-1)!.doing)
      doing.set(job.user, set)
    }
    for (const [name, person] of this.#people) {
      const jobs = doing.get(name)
      let is = person.chosen
      if (jobs?.has('talk')) is = 'busy'
      else if (jobs?.has('ring')) is = 'offered'
      else if (jobs?.has('wrap-up')) is = 'wrapping-up'
      else if (is === 'ready' && !person.reachable) is = 'unreachable'
      else if (is === 'ready' && person.rona !== undefined) is = 'ring-no-answer'
      const why = is === 'not-ready' ? person.reason : undefined
      if (is === person.was && why === person.why) continue
      this.#tellStatus(name, person, at)
      Object.assign(person, { was: is, why, since: at })
    }
  }

  #tellStatus(agent: string, person: { was: string; why: string | undefined; since: number }, at: number): void {
    if (person.was === '' || person.was === 'logged-off' || at === person.since) return
    this.#seen.push({
      what: `status-${person.was}`,
      detail: person.why,
      from: person.since,
      to: at,
      isStretch: true,
      agent,
    })
  }

  #readCall(event: Extract<CentreEvent, { interaction: string }>, at: number, configuration: Configuration): void {
    const call = this.#calls.get(event.interaction)
    switch (event.type) {
      case 'InteractionCreated': {
        const known =
          configuration.numbers.has(event.to) ||
          [...configuration.users.values()].some((user) => user.extension === event.to)
        const line = event.direction === 'inbound' && known ? event.to : undefined
        const parties = event.participants
        const made: Call = {
          ...{ id: event.interaction, direction: event.direction, to: event.to, medium: event.medium, line },
          live: new Set(parties.map((party) => party.id)),
          users: new Map(
            parties.flatMap((party) => (party.user === undefined ? [] : [[party.id, party.user] as const])),
          ),
          ...{ stay: undefined, stayEndedAt: undefined, heldSince: undefined, reached: false },
          lineSince: line === undefined ? undefined : at,
          attempts: new Set(),
        }
        this.#calls.set(event.interaction, made)
        if (line !== undefined) this.#seen.push({ what: 'arrived', from: at, to: at, isStretch: false, line })
        for (const [participant, user] of made.users) {
          if (!this.#people.has(user)) continue
          this.#jobs.push({
            user,
            call: made.id,
            participant,
            queue: undefined,
            skills: [],
            parts: [{ doing: 'talk', from: at, line }],
            holds: [],
          })
        }
        return
      }
      case 'Queued':
        return call && this.#enter(call, event.queue, event.enteredAt, at, configuration)
      case 'StepEntered':
        if (call) {
          this.#leave(call, 'redirected', at, configuration)
          this.#endHold(call, at)
        }
        return
      case 'Moved':
        if (call?.stay && event.kind === 'queue' && event.to !== call.stay.queue) {
          this.#leave(call, 'redirected', at, configuration)
        }
        return
      case 'Offered':
        return call && this.#offer(call, event, at, configuration)
      case 'ContactBegun':
        return call && this.#begin(call, event, at, configuration)
      case 'OfferEnded':
        call?.live.delete(event.participant)
        return this.#endJob((job) => job.user === event.user && job.call === event.interaction, at, event)
      case 'ParticipantConnected':
        return call && this.#connect(call, event.participant, at, configuration)
      case 'ParticipantCleared':
        return call && this.#clear(call, event, at, configuration)
      case 'Held':
        if (call) call.heldSince = at
        return
      case 'Retrieved':
        return call && this.#endHold(call, at)
      case 'Transferred': {
        const user = call?.users.get(event.by)
        const job = this.#jobs.find((one) => one.participant === event.by)
        if (user === undefined || !job || !call) return
        this.#seen.push({
          what: 'transferred',
          from: at,
          to: at,
          isStretch: false,
          agent: user,
          queue: job.queue,
          skills: job.skills,
          line: call.line,
        })
        return
      }
      case 'CallbackAttempted': {
        const { outcome: detail, queue, user: agent } = event
        const what = call?.attempts.has(event.attempt) ? 'settled' : 'attempted'
        call?.attempts.add(event.attempt)
        const skills = Object.keys(configuration.queues.get(queue)?.skills ?? {})
        this.#seen.push({ what, detail, from: at, to: at, isStretch: false, queue, skills, agent })
        return
      }
      case 'Joined':
        return call && this.#join(call, event, at)
      case 'WrapUpStarted':
        for (const job of this.#jobs) {
          if (job.user === event.user && job.call === event.interaction)
            job.parts.push({ doing: 'wrap-up', from: at, line: call?.line })
        }
        return
      case 'WrapUpEnded':
        return this.#endJob((job) => job.user === event.user && job.call === event.interaction, at, event)
      case 'InteractionClosed':
        return call && this.#close(call, event, at, configuration)
      default:
        return
    }
  }

  #enter(call: Call, queue: string, enteredAt: number, at: number, configuration: Configuration): void {
    const from = call.stay?.queue
    // Overflowed into where it stands, with its place: it has not left.
    if (from === queue && call.stay?.enteredAt === enteredAt) return
    if (call.stay) this.#leave(call, from === queue ? 'redirected' : 'overflowed-out', at, configuration)
    this.#endHold(call, at)
    const skills = Object.keys(configuration.queues.get(queue)?.skills ?? {})
    call.stay = { queue, enteredAt, startedAt: Math.max(enteredAt, call.stayEndedAt ?? 0), skills }
    call.reached = true
    const entered = { from: at, to: at, isStretch: false, queue, skills, line: call.line }
    this.#seen.push({ what: 'offered', ...entered })
    if (from !== undefined && from !== queue) this.#seen.push({ what: 'overflowed-in', ...entered })
  }

  #leave(call: Call, what: string, at: number, configuration: Configuration, agent?: string): void {
    const { stay } = call
    if (!stay) return
    const level = configuration.queues.get(stay.queue)?.serviceLevel
    const waited = at - stay.startedAt
    const how = what === 'abandoned' && waited < (level?.shortAbandonMs ?? 5_000) ? 'short-abandoned' : what
    const detail = waited <= (level?.withinMs ?? 0) ? 'in-time' : 'late'
    this.#seen.push({
      what: how,
      detail,
      from: stay.startedAt,
      to: at,
      isStretch: false,
      queue: stay.queue,
      skills: stay.skills,
      line: call.line,
      agent,
    })
    call.stay = undefined
    call.stayEndedAt = at
  }

  #offer(call: Call, event: Extract<CentreEvent, { type: 'Offered' }>, at: number, configuration: Configuration): void {
    const { user, queue, participant } = event
    if (queue === undefined) this.#leave(call, 'redirected', at, configuration)
    this.#endHold(call, at)
    call.live.add(participant.id)
    call.users.set(participant.id, user)
    this.#endJob((job) => job.user === user && job.call === call.id, at, event)
    const skills = Object.keys((queue === undefined ? undefined : configuration.queues.get(queue))?.skills ?? {})
    this.#jobs.push({
      user,
      call: call.id,
      participant: participant.id,
      queue,
      skills,
      parts: [{ doing: 'ring', from: at, line: call.line }],
      holds: [],
    })
    if (queue !== undefined) this.#seen.push({ what: 'offer', from: at, to: at, isStretch: false, agent: user })
  }

  /** An agent has it without an offer, from its first moment. */
  #begin(
    call: Call,
    event: Extract<CentreEvent, { type: 'ContactBegun' }>,
    at: number,
    { queues }: Configuration,
  ): void {
    const { user, queue, participant } = event
    call.live.add(participant.id)
    call.users.set(participant.id, user)
    call.reached = true
    this.#jobs.push({
      ...{ user, call: call.id, participant: participant.id, queue },
      skills: Object.keys(queues.get(queue)?.skills ?? {}),
      parts: [{ doing: 'talk', from: at, line: call.line }],
      holds: [],
    })
  }

  #connect(call: Call, participant: string, at: number, configuration: Configuration): void {
    const job = this.#jobs.find((one) => one.participant === participant)
    if (!job || job.parts.at(-1)!.doing !== 'ring') return
    if (job.queue !== undefined) {
      this.#seen.push({ what: 'accepted', from: job.parts[0]!.from, to: at, isStretch: false, agent: job.user })
      this.#leave(call, 'answered', at, configuration, job.user)
    }
    job.parts.push({ doing: 'talk', from: at, line: call.line })
    call.reached = true
  }

  #clear(
    call: Call,
    event: Extract<CentreEvent, { type: 'ParticipantCleared' }>,
    at: number,
    configuration: Configuration,
  ): void {
    const { participant, reason } = event
    call.live.delete(participant)
    this.#endJob((job) => job.participant === participant && job.parts.at(-1)!.doing !== 'wrap-up', at, event)
    if (call.live.size > 0) return
    const left = reason === 'hung-up' || reason === 'lost'
    this.#leave(call, left ? 'abandoned' : 'withdrawn', at, configuration)
    this.#endHold(call, at)
    this.#endLine(call, at)
  }

  #join(call: Call, event: Extract<CentreEvent, { type: 'Joined' }>, at: number): void {
    const consulted = this.#calls.get(event.consulted)
    consulted?.live.delete(event.participant.id)
    this.#endHold(call, at)
    call.live.add(event.participant.id)
    if (event.participant.user !== undefined) call.users.set(event.participant.id, event.participant.user)
    call.reached = true
    for (const job of this.#jobs) {
      if (job.participant !== event.participant.id) continue
      if (consulted) this.#endHold(consulted, at)
      job.call = call.id
      job.parts.push({ doing: job.parts.at(-1)!.doing, from: at, line: call.line })
    }
  }

  #close(
    call: Call,
    event: Extract<CentreEvent, { type: 'InteractionClosed' }>,
    at: number,
    configuration: Configuration,
  ): void {
    this.#endJob((job) => job.call === call.id, at, event)
    this.#leave(
      call,
      event.reason === 'abandoned' || event.reason === 'short-abandoned' ? 'abandoned' : 'withdrawn',
      at,
      configuration,
    )
    this.#endLine(call, at)
    if (!call.reached && call.line !== undefined) {
      this.#seen.push({ what: 'unqueued', detail: event.reason, from: at, to: at, isStretch: false, line: call.line })
    }
    this.#calls.delete(call.id)
  }

  #endHold(call: Call, at: number): void {
    const from = call.heldSince
    call.heldSince = undefined
    if (from === undefined) return
    for (const job of this.#jobs) if (job.call === call.id) job.holds.push({ from, to: at })
  }

  #endLine(call: Call, at: number): void {
    if (call.lineSince !== undefined && at > call.lineSince) {
      this.#seen.push({ what: 'in-use', from: call.lineSince, to: at, isStretch: true, line: call.line })
    }
    call.lineSince = undefined
  }

  /** Ends jobs and cuts each into its stretches; the time on hold is taken out of the talk. */
  #endJob(which: (job: Job) => boolean, at: number, event: CentreEvent | undefined): void {
    for (const job of this.#jobs.filter(which)) {
      this.#jobs.splice(this.#jobs.indexOf(job), 1)
      const call = this.#calls.get(job.call)
      if (call?.heldSince !== undefined) job.holds.push({ from: call.heldSince, to: at })
      const place = { agent: job.user, queue: job.queue, skills: job.skills, line: call?.line }
      const talked = job.parts.some(({ doing }) => doing === 'talk')
      job.parts.forEach(({ doing, from, line }, index) => {
        this.#tellPart({ doing, from, to: job.parts[index + 1]?.from ?? at }, { ...place, line }, job.holds)
      })
      if (!event) continue
      if (talked) {
        const begun = job.parts.find(({ doing }) => doing !== 'ring')!.from
        this.#seen.push({ what: 'handled', detail: call?.medium, from: begun, to: at, isStretch: false, ...place })
      } else if (job.queue !== undefined) {
        const missed =
          event.type === 'OfferEnded' && event.participant === job.participant && event.reason !== 'withdrawn'
        const from = missed ? job.parts[0]!.from : at
        const detail = missed ? event.reason : undefined
        this.#seen.push({
          what: missed ? 'missed' : 'offer-withdrawn',
          detail,
          from,
          to: at,
          isStretch: false,
          agent: job.user,
        })
      }
    }
  }

  #tellPart(part: { doing: string; from: number; to: number }, place: Partial<Seen>, holds: Job['holds']): void {
    const tell = (what: string, from: number, to: number): void => {
      if (to > from) this.#seen.push({ what, from, to, isStretch: true, ...place })
    }
    if (part.doing !== 'talk') return tell(part.doing, part.from, part.to)
    let at = part.from
    for (const hold of holds) {
      const [from, to] = [Math.max(part.from, hold.from), Math.min(part.to, hold.to)]
      if (to <= from) continue
      tell('talk', at, from)
      tell('hold', from, to)
      at = to
    }
    tell('talk', at, part.to)
  }

  /** What still runs is cut here. */
  #finish(now: number): void {
    this.#endJob(() => true, now, undefined)
    for (const call of this.#calls.values()) this.#endLine(call, now)
    for (const [name, person] of this.#people) this.#tellStatus(name, person, now)
  }
}
