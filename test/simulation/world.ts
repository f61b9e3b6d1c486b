import assert from 'node:assert/strict'
import { type CentreCommand, type CentreEvent, type CentreStore, centreMachine } from '#kernel/centre'
import type { ConfigurationChange, Queue, User } from '#kernel/config'

/** Moments are counted from here, so that a failure is easy to read. */
export const START = 1_000_000

/**
 * The real kernel on a time that the test moves: it decides and folds every command, folds the same events into a second
 * state as a backup core would, and can throw its first state away and take a dump or the events instead, as a crash does.
 */
export class World {
  now = START
  head: CentreStore = centreMachine.initial()
  readonly backup: CentreStore = centreMachine.initial()
  readonly log: { readonly at: number; readonly event: CentreEvent }[] = []

  constructor(changes: readonly ConfigurationChange[]) {
    this.submit({ type: 'ChangeConfiguration', by: 'test', basedOn: 0, changes })
  }

  submit(command: CentreCommand): readonly CentreEvent[] {
    const events = centreMachine.decide(this.head, command, this.now)
    for (const event of events) {
      deepFreeze(event)
      centreMachine.evolve(this.head, event, this.now)
      centreMachine.evolve(this.backup, event, this.now)
      this.log.push({ at: this.now, event })
    }
    return events
  }

  /** When the next tick is due, which is now at the soonest. */
  nextTick(): number | undefined {
    const due = centreMachine.nextDeadline(this.head)
    return due === undefined ? undefined : Math.max(due, this.now)
  }

  /** Serves what is due. A tick that changes nothing, and is due again, would keep a core busy for ever. */
  tick(): readonly CentreEvent[] {
    const events = this.submit(centreMachine.tick())
    assert(events.length > 0 || this.nextTick() !== this.now, 'a tick was due and did nothing')
    return events
  }

  /** Moves time on, with a tick at each moment that something falls due. */
  advance(durationMs: number, afterEach: () => void = () => {}): void {
    const end = this.now + durationMs
    for (let due = this.nextTick(); due !== undefined && due <= end; due = this.nextTick()) {
      this.now = due
      this.tick()
      afterEach()
    }
    this.now = end
  }

  /** The process dies and its next incarnation starts from a snapshot. */
  crashToDump(): void {
    this.head = centreMachine.restore(JSON.parse(JSON.stringify(centreMachine.dump(this.head))))
  }

  /** The process dies and its next incarnation reads the log from the beginning. */
  crashToLog(): void {
    this.head = centreMachine.initial()
    for (const { at, event } of this.log) centreMachine.evolve(this.head, event, at)
  }
}

/** A value nobody can change any more: a fold that changes an event or something it holds is found at once. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
}

export function testUser(
  n: number,
  skills: Readonly<Record<string, number>>,
  more: Partial<User> = {},
): ConfigurationChange {
  const name = `agent${n}`
  const value: User = {
    name,
    displayName: `Agent ${n}`,
    extension: String(2000 + n),
    role: 'agent',
    skills,
    initialStatus: 'ready',
    ...more,
  }
  return { kind: 'user', name, value }
}

export function testQueue(name: string, more: Partial<Queue> = {}): ConfigurationChange {
  const value: Queue = {
    name,
    skills: { [name]: 1 },
    priority: 50,
    ringTimeoutMs: 10_000,
    ronaMs: 5_000,
    wrapUpMs: 2_000,
    welcomePrompts: ['queue-announcement'],
    musicPrompt: 'music',
    positionEveryMs: 30_000,
    recorded: true,
    serviceLevel: { percent: 80, withinMs: 20_000 },
    ...more,
  }
  return { kind: 'queue', name, value }
}
