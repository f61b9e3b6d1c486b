import assert from 'node:assert/strict'
import { agentStatus, hasRoom } from '#kernel/agent'
import { type CentreCommand, type CentreEvent, centreMachine } from '#kernel/centre'
import type { ConfigurationChange, Medium, Overflow, Queue, Ring, Strategy, User } from '#kernel/config'
import { type Interaction, isByPhone, isLive } from '#kernel/interaction'
import { meetsSkills } from '#kernel/queue'
import { checkDecisions, checkState, type Waiting, waitingIn } from './invariants.ts'
import { Random } from './random.ts'
import { testQueue, testUser, World } from './world.ts'

/** The centre of a walk: few enough agents that contacts wait, enough that there is something to choose. */
const AGENTS = 9
const QUEUES = ['one', 'two', 'three', 'four'] as const
const SKILLS = ['a', 'b', 'c', 'd'] as const
const GROUPS = ['red', 'blue'] as const
const WRITTEN = ['chat', 'sms', 'email', 'fax'] as const
const STRATEGIES: readonly Strategy[] = ['longest-idle', 'least-loaded', 'most-skilled', 'round-robin', 'weighted']

/** More at once would be a backlog that hides what happens at the front. */
const WAITING_MAX = 30

/** Everything is computed afresh after so many steps, without any index; promises that one event can break are checked after each. */
const CHECK_EVERY = 15

/**
 * A random walk through a centre whose queues use everything that routing can: each seed is another configuration and another history.
 * Unlike the general walk it keeps many contacts waiting and many agents at work, and asks of each decision what it must never do.
 */
export class RoutingWalk {
  readonly world: World
  readonly met = new Map<CentreEvent['type'], number>()
  offers = 0
  readonly #random: Random
  /** Every third walk has few lines and nothing but work items of all priorities in them, so that their order is tried hard. */
  readonly #narrow: boolean
  #count = 0
  #steps = 0

  constructor(seed: number) {
    this.#random = new Random(seed)
    this.#narrow = seed % 3 === 0
    this.world = new World([
      ...Array.from({ length: AGENTS }, (_, n) => this.#user(n + 1)),
      ...QUEUES.map((name) => this.#queue(name)),
      ...QUEUES.map((queue, n) => ({ kind: 'number', name: `10${n}`, value: { type: 'queue', queue } }) as const),
    ])
    for (let n = 1; n <= AGENTS; n++) this.#do({ type: 'SetReachable', user: `agent${n}`, reachable: true })
  }

  run(steps: number): this {
    for (let n = 0; n < steps; n++) this.step()
    return this
  }

  step(): void {
    const { world } = this
    this.#do(this.#command())
    if (this.#random.chance(0.6)) {
      const ms = this.#random.around(this.#random.chance(0.1) ? 8_000 : 400)
      const end = world.now + ms
      for (let due = world.nextTick(); due !== undefined && due <= end; due = world.nextTick()) {
        world.now = due
        this.#do(centreMachine.tick())
      }
      world.now = end
    }
    if (++this.#steps % CHECK_EVERY === 0 && (centreMachine.nextDeadline(world.head) ?? Infinity) > world.now) {
      checkState(world.head, world.now)
    }
  }

  /** Everything that is still there is ended; then nobody may have anything left to do. */
  finish(): void {
    const { world } = this
    for (const id of [...world.head.interactions.keys()]) this.#do({ type: 'End', interaction: id, by: 'supervisor' })
    world.advance(3_700_000)
    assert.deepEqual([...world.head.interactions.keys()], [], 'contacts are left')
    for (const agent of world.head.agents.values()) {
      assert.deepEqual(agent.work, [], `${agent.user} still works`)
      assert.notEqual(agentStatus(agent, world.now), 'ring-no-answer', `${agent.user} is stuck`)
    }
    assert.deepEqual(centreMachine.dump(world.head), centreMachine.dump(world.backup), 'two cores differ')
  }

  #do(command: CentreCommand): void {
    const { world } = this
    const before = waitingIn(world.head)
    const events = world.submit(command)
    for (const event of events) {
      this.met.set(event.type, (this.met.get(event.type) ?? 0) + 1)
      if (event.type === 'Offered') this.#checkOffer(event)
    }
    if (events.some((event) => event.type === 'Offered')) this.#checkOrder(before, events)
  }

  /** A decision never takes an agent who lacks what is required, is not there, or was told not to be asked. */
  #checkOffer(event: Extract<CentreEvent, { type: 'Offered' }>): void {
    this.offers++
    const { head } = this.world
    const { user: name, why, queue: queueName } = event
    assert.equal(why.chosen, name)
    if (queueName === undefined) return
    const user = head.configuration.users.get(name)
    const queue = head.configuration.queues.get(queueName)
    const wants = head.interactions.get(event.interaction)?.wants
    // A later event of the same batch may have ended what this one began.
    if (!user || !queue) return
    assert(meetsSkills(user.skills, wants?.skills ?? {}), `${name} lacks what ${event.interaction} wants`)
    const helps = (queue.rings ?? []).slice(0, why.ring ?? 0).flatMap((ring) => ring.queues ?? [])
    const helpers = helps.some((other) => meetsSkills(user.skills, head.configuration.queues.get(other)?.skills ?? {}))
    assert(meetsSkills(user.skills, why.skills) || helpers, `${name} lacks a required skill of ${queueName}`)
    if (why.only === 'wanted') assert.equal(name, wants?.user)
    if (wants?.group !== undefined) assert(user.groups?.includes(wants.group), `${name} is not in ${wants.group}`)
  }

  /** Promises 3 and 4, and the order of those who ask for the same. */
  #checkOrder(before: readonly Waiting[], events: readonly CentreEvent[]): void {
    checkDecisions(before, events, this.world.head)
  }

  #command(): CentreCommand {
    const random = this.#random
    const { head } = this.world
    const user = `agent${random.between(1, AGENTS)}`
    const waiting = [...head.interactions.values()].filter(({ phase }) => phase.state === 'queued').length
    const dice = random.next()
    if (dice < (waiting < WAITING_MAX ? 0.3 : 0.05)) return this.#arrival()
    if (dice < 0.34) return { type: 'SetReachable', user, reachable: random.chance(0.8) }
    if (dice < 0.39) {
      return {
        type: 'ChooseStatus',
        user,
        status: random.pick(['ready', 'ready', 'ready', 'ready', 'ready', 'not-ready', 'logged-off']),
      }
    }
    if (dice < 0.4) return { type: 'ActivateQueue', user, queue: random.pick(QUEUES), active: random.chance(0.7) }
    if (dice < 0.402) return this.#change()
    if (dice < 0.41 && this.world.log.length < 20_000) {
      this.world.crashToDump()
      return { type: 'Tick' }
    }
    return this.#about()
  }

  #arrival(): CentreCommand {
    const random = this.#random
    const interaction = `ix-${++this.#count}`
    if (this.#narrow) {
      const [queue, priority] = [random.pick(['one', 'two'] as const), random.between(0, 100)]
      return { type: 'CreateWorkItem', interaction, subject: 'form', queue, priority }
    }
    const queue = random.pick(QUEUES)
    const from = `c${random.between(1, 40)}`
    if (random.chance(0.5))
      return { type: 'Arrive', interaction, from, to: `10${random.between(0, QUEUES.length - 1)}` }
    const place = {
      ...{ interaction, queue },
      ...(random.chance(0.3) ? { priority: random.between(0, 100) } : undefined),
      ...(random.chance(0.4) ? { wants: this.#wants() } : undefined),
    }
    if (random.chance(0.2)) return { type: 'CreateCallback', number: from, ...place }
    if (random.chance(0.4)) return { type: 'CreateWorkItem', subject: 'form', ...place }
    const user = `agent${random.between(1, AGENTS)}`
    const agent = this.world.head.agents.get(user)
    const rules = this.world.head.configuration.users.get(user)
    const begins = agent && agent.chosen.status !== 'logged-off' && hasRoom(agent, rules, 'sms')
    if (begins && random.chance(0.2)) {
      return { type: 'BeginContact', medium: 'sms', user, from: '+4930', to: from, interaction, queue }
    }
    return { type: 'CreateContact', medium: random.pick(WRITTEN), from, ...place }
  }

  #wants(): NonNullable<Interaction['wants']> {
    const random = this.#random
    return random.pick([
      { skills: { [random.pick(SKILLS)]: random.between(1, 60) } },
      { preferred: { [random.pick(SKILLS)]: random.between(1, 60) } },
      { group: random.pick(GROUPS) },
      { user: `agent${random.between(1, AGENTS)}`, userMs: 5_000 },
    ])
  }

  /** Something that happens to a contact that is there, mostly what fits it. */
  #about(): CentreCommand {
    const random = this.#random
    const all = [...this.world.head.interactions.values()]
    const found = all[random.between(0, Math.max(0, all.length - 1))]
    if (!found) return { type: 'Tick' }
    const { id: interaction, phase, medium } = found
    const live = found.participants.filter(isLive)
    const participant = random.pick([...live.map(({ id }) => id), `${interaction}.p1`])
    if (random.chance(0.05)) return { type: 'End', interaction, by: 'supervisor' }
    if (phase.state === 'offered') {
      const asked = random.pick([phase, ...(phase.others ?? [])])
      const answers = random.chance(0.75)
      if (isByPhone(medium)) {
        const ends = { interaction, participant: asked.participant }
        return answers ? { type: 'ReportConnected', ...ends } : { type: 'ReportFailed', ...ends, reason: 'declined' }
      }
      return { type: answers ? 'Accept' : 'Decline', interaction, user: asked.user }
    }
    if (phase.state === 'wrapping-up') {
      const writer = found.participants.find((one) => one.wrapUp)?.user ?? 'agent1'
      if (random.chance(0.7)) return { type: 'EndWrapUp', interaction, user: writer }
      return { type: 'Tick' }
    }
    if (phase.state === 'queued' && random.chance(0.15)) {
      // Every second time back to what it came with.
      const priority = random.chance(0.5) ? random.between(0, 100) : (phase.prioritised?.from ?? phase.priority)
      return { type: 'ChangePriority', interaction, by: 'boss', priority }
    }
    const to = random.pick([`10${random.between(0, 3)}`, `200${random.between(1, AGENTS)}`])
    if (random.chance(0.2)) return { type: 'Transfer', interaction, participant, to }
    const worker = found.participants.find((one) => one.user !== undefined && isLive(one))?.user
    if (!isByPhone(medium) && worker !== undefined) return { type: 'Complete', interaction, user: worker }
    if (random.chance(0.5)) return { type: 'ReportConnected', interaction, participant }
    return { type: 'ReportCleared', interaction, participant, reason: random.pick(['hung-up', 'hung-up', 'lost']) }
  }

  #change(): CentreCommand {
    const random = this.#random
    const { version } = this.world.head.configuration
    const change = random.chance(0.5) ? this.#queue(random.pick(QUEUES)) : this.#user(random.between(1, AGENTS))
    return { type: 'ChangeConfiguration', by: 'admin', basedOn: version, changes: [change] }
  }

  #needs(least: number): Readonly<Record<string, number>> {
    const random = this.#random
    const count = random.between(0, 2)
    return Object.fromEntries(Array.from({ length: count }, () => [random.pick(SKILLS), random.between(least, 70)]))
  }

  #user(n: number): ConfigurationChange {
    const random = this.#random
    const skills = Object.fromEntries(
      SKILLS.flatMap((skill) => (random.chance(0.6) ? [[skill, random.between(0, 100)]] : [])),
    )
    const mixes: readonly Readonly<Partial<Record<Medium, number>>>[] = [
      { voice: 1 },
      { callback: 1, email: 1 },
      { chat: 1 + (n % 3), sms: 1, 'work-item': 1 },
    ]
    const more: Partial<User> = {
      groups: GROUPS.filter(() => random.chance(0.5)),
      wishes: { [random.pick(SKILLS)]: random.between(0, 100) },
      // What somebody may do at once stays as it is: a change takes nothing away that was given before.
      ...(n % 5 < 2 ? { mixes } : undefined),
      ...(n % 5 === 0 ? { interruptible: ['email'] as const } : undefined),
    }
    return testUser(n, skills, more)
  }

  #overflow(queue: string): Overflow {
    const random = this.#random
    const when = random.pick<Overflow['when']>([
      { type: 'waited', afterMs: random.between(1_000, 20_000) },
      { type: 'size', waiting: random.between(0, 4) },
      { type: 'nobody' },
    ])
    const elsewhere = { type: 'queue', queue } as const
    const other = random.pick<Overflow['to']>([elsewhere, { type: 'number', number: '2001' }])
    // The first configuration is one change: there a queue cannot lead to one that comes later.
    return { when, to: this.#count > 0 ? other : { type: 'voicemail', mailbox: 'agent1' } }
  }

  #queue(name: (typeof QUEUES)[number]): ConfigurationChange {
    const random = this.#random
    const others = QUEUES.filter((other) => other !== name)
    const ring = (afterMs: number): Ring => ({
      afterMs,
      ...(random.chance(0.5) ? { skills: this.#needs(1) } : undefined),
      ...(random.chance(0.3) ? { preferred: this.#needs(1) } : undefined),
      ...(random.chance(0.3) ? { groups: [random.pick(GROUPS)] } : undefined),
      ...(random.chance(0.3) && this.#count > 0 ? { queues: [random.pick(others)] } : undefined),
    })
    const more: Partial<Queue> = {
      skills: this.#needs(0),
      priority: random.between(30, 60),
      strategy: random.pick(STRATEGIES),
      wrapUpMs: random.pick([0, 1_000, 5_000]),
      ronaMs: random.pick([0, 3_000]),
      positionEveryMs: random.pick([0, 10_000]),
      ringAtOnce: random.pick([1, 1, 1, 2, 3]),
      priorityStepMs: random.pick([0, 100, 30_000]),
      behindStepMs: random.pick([0, 500]),
      afterRona: random.pick(['pause', 'pause', 'pause', 'not-ready', 'logged-off']),
      preferred: this.#needs(1),
      overflow: random.chance(0.3) ? [this.#overflow(random.pick(others))] : [],
      rings: random.chance(0.5) ? [ring(2_000), ring(6_000)] : [],
      ...(random.chance(0.2) ? { groups: [random.pick(GROUPS)] } : undefined),
      ...(random.chance(0.3) ? { lastAgent: { withinMs: 100_000, waitMs: 3_000 } } : undefined),
    }
    return testQueue(name, more)
  }
}
