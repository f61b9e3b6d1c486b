import assert from 'node:assert/strict'
import { agentStatus } from '#kernel/agent'
import { centreMachine } from '#kernel/centre'
import { type ConfigurationChange, demoCentre } from '#kernel/config'
import { isByPhone } from '#kernel/interaction'
import { Agenda } from './agenda.ts'
import { checkDecisions, checkState } from './invariants.ts'
import { Outside } from './outside.ts'
import { Random } from './random.ts'
import { World } from './world.ts'

export interface SimulationOptions {
  readonly seed: number
  readonly calls: number
}

export interface SimulationReport {
  readonly calls: number
  readonly events: number
  readonly answered: number
  readonly crashes: number
  readonly simulatedMs: number
}

const AGENTS = 24

/** One call after another comes this often on average: with these talk times rather more than the agents can take. */
const ARRIVAL_MEAN_MS = 1_600

/** Everything is checked from scratch after so many commands; after each would cost more than the day itself. */
const CHECK_EVERY = 40

/** The report of {@link liveADay}. */
export function simulate(options: SimulationOptions): SimulationReport {
  return liveADay(options).report
}

/** A day in the demo centre with a third of its agents: calls, lost and doubled messages, phones that come and go, crashes. Throws when a promise is broken. */
export function liveADay({ seed, calls }: SimulationOptions): {
  readonly report: SimulationReport
  readonly world: World
} {
  const random = new Random(seed)
  const world = new World(demoChanges())
  const agenda = new Agenda(world.now)
  let commands = 0
  const outside = new Outside(world, agenda, random, {
    trouble: { lost: 0.02, doubled: 0.02 },
    afterEach: () => {
      if (++commands % CHECK_EVERY === 0) checkState(world.head, world.now)
    },
  })
  for (let n = 1; n <= AGENTS; n++) outside.submit({ type: 'SetReachable', user: `agent${n}`, reachable: true })
  let arrived = 0
  const arrive = (): void => {
    outside.arrive(
      `ix-${++arrived}`,
      random.pick(['1000', '1000', '1001', '1001', '1002', '1002', '1009', '1011', '2001', '3002']),
    )
    if (arrived < calls) agenda.after(random.around(ARRIVAL_MEAN_MS), arrive)
  }
  agenda.after(0, arrive)
  agenda.after(5_000, () => moveAPhone(agenda, random, outside))
  let crashes = 0
  const crash = (): void => {
    crashes++
    // From the log every time would be quadratic; it is the same fold that the backup has done already.
    if (random.chance(0.05) && world.log.length < 50_000) world.crashToLog()
    else world.crashToDump()
    if (arrived < calls || world.head.interactions.size > 0) agenda.after(random.around(20_000), crash)
  }
  agenda.after(random.around(20_000), crash)
  const started = world.now
  while (arrived < calls || hasCalls(world)) step(world, agenda, outside)
  quieten(world, agenda, outside)
  checkEnd(world)
  const report = {
    calls: arrived,
    events: world.log.length,
    answered: outside.answered,
    crashes,
    simulatedMs: world.now - started,
  }
  return { report, world }
}

function demoChanges(): readonly ConfigurationChange[] {
  return demoCentre()
}

function hasCalls(world: World): boolean {
  return [...world.head.interactions.values()].some(({ medium }) => isByPhone(medium))
}

/** The next thing that happens, in the centre or outside. */
function step(world: World, agenda: Agenda, outside: Outside): void {
  const due = world.nextTick()
  if (due !== undefined && due <= (agenda.next ?? Number.POSITIVE_INFINITY)) {
    agenda.now = Math.max(agenda.now, due)
    outside.submit(centreMachine.tick())
  } else agenda.step()
}

/** A phone loses its registration, or an agent takes a break; both come back. */
function moveAPhone(agenda: Agenda, random: Random, outside: Outside): void {
  const user = `agent${random.between(1, AGENTS)}`
  const backMs = random.between(1_000, 30_000)
  if (random.chance(0.5)) {
    outside.submit({ type: 'SetReachable', user, reachable: false })
    agenda.after(backMs, () => outside.submit({ type: 'SetReachable', user, reachable: true }))
  } else {
    outside.submit({ type: 'ChooseStatus', user, status: random.pick(['not-ready', 'logged-off']) })
    agenda.after(backMs, () => outside.submit({ type: 'ChooseStatus', user, status: 'ready' }))
  }
  agenda.after(random.around(10_000), () => moveAPhone(agenda, random, outside))
}

/** Lets wrap-up, ring-no-answer and sealing come to their ends: a minute is more than each of them. */
function quieten(world: World, agenda: Agenda, outside: Outside): void {
  const end = agenda.now + 60_000
  while (agenda.now < end) step(world, agenda, outside)
}

/** Promises 2, 3 and 12: everybody is free, no decision was false, every contact has one beginning and one end. */
function checkEnd(world: World): void {
  checkState(world.head, world.now)
  checkDecisions(
    [],
    world.log.map(({ event }) => event),
    world.head,
  )
  for (const agent of world.head.agents.values()) {
    assert.deepEqual(agent.work, [], `${agent.user} still works`)
    assert.notEqual(agentStatus(agent, world.now), 'ring-no-answer', `${agent.user} is stuck`)
  }
  assert.equal(world.head.unsealed.size, 0, 'a recording was never sealed')
  assert.deepEqual(centreMachine.dump(world.head), centreMachine.dump(world.backup), 'two cores differ')
  checkContacts(world)
}

function checkContacts(world: World): void {
  const begun = new Map<string, number>()
  const ended = new Map<string, number>()
  const entered = new Map<string, number>()
  for (const { at, event } of world.log) {
    if (event.type === 'InteractionCreated') {
      assert(!begun.has(event.interaction), `${event.interaction} began twice`)
      begun.set(event.interaction, at)
    }
    if (event.type === 'InteractionClosed') {
      assert(!ended.has(event.interaction), `${event.interaction} ended twice`)
      ended.set(event.interaction, at)
    }
    if (event.type === 'Queued') {
      const kept = event.rescued ? event.interaction : event.keeps
      assert.equal(event.enteredAt, kept === undefined ? at : entered.get(kept), `${event.interaction} lost its place`)
      entered.set(event.interaction, event.enteredAt)
    }
  }
  for (const id of begun.keys()) {
    assert(ended.has(id), `${id} has no end`)
  }
}
