import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../kit/api-client.ts'
import { ECHO, firstAnswer } from '../kit/first-answer.ts'
import { Phone } from '../kit/phone.ts'
import type { TestRedis } from '../kit/redis.ts'
import type { Relay } from '../kit/relay.ts'
import { sharedNow } from '../kit/rtp-stream.ts'
import type { System, SystemRole } from '../kit/system.ts'
import type { Random } from '../simulation/random.ts'
import type { ActorTask, FromActor, ToActor } from './actors/actor.ts'
import type { HistoryWriter } from './history.ts'
import type { Network } from './network.ts'
import type { SiteDatabase, Upgrade } from './site.ts'

/** A new call must be answered again by then; the aim is far less. */
const TAKEOVER_MS_MAX = 45_000
/** A flood that lasts longer hangs. */
const FLOOD_MS_MAX = 120_000
/** The resolution of a takeover's time, and the share of it from which on that is enough. */
const PROBE_EVERY_MS = 50
const PROBE_SHARE = 0.04
/** A machine that was busy answers to all the goodbyes by then. */
const GOODBYE_MS_MAX = 35_000

/** What a fault may do: the processes of the installation, its network, and words in the nemesis' history. */
export interface World {
  readonly systems: readonly System[]
  readonly network: Network | undefined
  readonly database: SiteDatabase
  readonly redis: TestRedis | undefined
  /** The ways to the stores, and from the cores to edges and media, that can be made slow here. */
  readonly relays: readonly Relay[]
  readonly controlRelays: readonly Relay[]
  readonly random: Random
  /** Another release that the machines can go to, where the run has one. */
  readonly upgrade: Upgrade | undefined
  /** How long the load takes to arrive. */
  readonly loadMs: number
  note(type: 'invoke' | 'ok' | 'info' | 'fail', op: string, value?: unknown): void
  wait(ms: number): Promise<void>
  /** The moment, by the clock that all who take part share. */
  now(): number
  /** Dials until a new call is answered, at any machine unless told, and notes how long that took since `since`. */
  takeover(op: string, since?: number | Since): Promise<number>
  /** Whether a machine answers one new call within so long; nothing is noted. */
  isServed(system: System, withinMs: number): Promise<boolean>
  /** Lets many callers at the first machine, beside everybody else, and returns when the last of them is gone. */
  flood(stages: NonNullable<ActorTask['flood']>): Promise<void>
  /** Writes what the time that the roles are shown differs from the true one by, where the run can. */
  shiftClock?(offset: string): void
}

/** From when on a new call is dialled, and at which machines. */
export interface Since {
  readonly since: number
  readonly at: readonly System[]
}

/** Makes the world of a run's faults. */
export function makeWorld(parts: {
  readonly systems: readonly System[]
  readonly network: Network | undefined
  readonly database: SiteDatabase
  readonly redis?: TestRedis | undefined
  readonly relays: readonly Relay[]
  readonly controlRelays: readonly Relay[]
  readonly random: Random
  readonly loadMs: number
  readonly history: HistoryWriter
  readonly task: ActorTask
  readonly shiftClock?: ((offset: string) => void) | undefined
  readonly upgrade?: Upgrade | undefined
}): World {
  const {
    upgrade,
    systems,
    network,
    database,
    redis,
    relays,
    controlRelays,
    random,
    loadMs,
    history,
    task,
    shiftClock,
  } = parts
  let probes = 0
  const probe = () => `79${String(probes++).padStart(4, '0')}`
  return {
    systems,
    network,
    database,
    redis,
    relays,
    controlRelays,
    random,
    upgrade,
    now: sharedNow,
    loadMs,
    ...(shiftClock ? { shiftClock } : {}),
    note: (type, op, value) => history.note('nemesis', type, op, value),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async flood(stages) {
      const actor = new ActorProcess('flood')
      await actor.prepare({ ...task, plans: [], flood: stages })
      actor.go()
      await actor.done(FLOOD_MS_MAX)
      await actor.finish()
    },
    async takeover(op, from = sharedNow()) {
      const { since, at } = typeof from === 'number' ? { since: from, at: systems } : from
      const ms = await newCallAnswered(at, probe(), since)
      history.note('nemesis', 'info', 'takeover', { fault: op, ms: Math.round(ms) })
      return ms
    },
    isServed: (system, withinMs) => answersOne(system, probe(), withinMs),
  }
}

/** Dials the echo on every installation's edge in turn until one call is answered. */
async function newCallAnswered(systems: readonly System[], user: string, since: number): Promise<number> {
  const phones = await Promise.all(systems.map((system) => phoneAt(system, user)))
  const everyMs = (waitedMs: number) => Math.max(PROBE_EVERY_MS, waitedMs * PROBE_SHARE)
  const ms = await firstAnswer(phones, since, { everyMs, giveUpMs: TAKEOVER_MS_MAX, goodbyeMs: GOODBYE_MS_MAX })
  await Promise.all(phones.map((phone) => phone.close()))
  return ms
}

function phoneAt({ sip }: System, user: string): Promise<Phone> {
  return Phone.open({ server: sip, user, host: sip.host === '127.0.0.1' ? '127.0.0.1' : '0.0.0.0' })
}

/** Dials the echo once. */
async function answersOne(system: System, user: string, withinMs: number): Promise<boolean> {
  const phone = await phoneAt(system, user)
  const call = await phone.dial(ECHO)
  call.media.sending = false
  const answered = await call.connected(withinMs).then(
    () => true,
    () => false,
  )
  // The network may be whole again before anybody hears of the goodbye, and the call be answered first: nobody waits for that here.
  if (call.state !== 'ended') void call.hangUp()
  if (!answered)
    void call.connected(GOODBYE_MS_MAX).then(
      () => call.hangUp(),
      () => {},
    )
  const late = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS_MAX))
  void Promise.race([call.ended, late]).then(() => phone.close())
  return answered
}

/** The machine on which the primary is now, as `core.pid` of its run folder and the process say; the first when nobody knows. */
export async function primarySystem(systems: readonly System[]): Promise<System | undefined> {
  for (const system of systems) {
    const health = await fetch(`${system.http}/health/primary`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    )
    if (health?.ok) return system
  }
  return systems[0]
}

/** The process that is in a role now, or undefined in the moment in which there is none. */
export function pidOf(system: System, role: SystemRole): number | undefined {
  try {
    return system.pid(role)
  } catch {
    return undefined
  }
}

/** Sends a signal to a process that may be gone. */
export function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}

/** An outside party's process. */
export class ActorProcess {
  readonly name: string
  readonly #child: ChildProcess
  #ready = false
  #done = false
  #gone = false

  constructor(name: 'callers' | 'agents' | 'clients' | 'flood') {
    this.name = name
    const file = join(fileURLToPath(new URL('./actors', import.meta.url)), `${name}-process.ts`)
    this.#child = fork(file, { stdio: 'inherit', detached: true })
    this.#child.on('message', (message: FromActor) => {
      if (message.type === 'ready') this.#ready = true
      if (message.type === 'done') this.#done = true
    })
    this.#child.on('exit', () => {
      this.#gone = true
    })
  }

  async prepare(task: ActorTask, timeoutMs = 60_000): Promise<void> {
    this.#send({ type: 'task', task })
    await eventually(`${this.name} to be ready`, () => (this.#ready ? true : this.#alive()), timeoutMs)
  }

  go(): void {
    this.#send({ type: 'go' })
  }

  /** Waits until it has done all it wanted to; false if that took too long. */
  async done(timeoutMs: number): Promise<boolean> {
    return eventually(`${this.name} to be done`, () => (this.#done ? true : this.#alive()), timeoutMs).then(
      () => true,
      () => false,
    )
  }

  async finish(): Promise<void> {
    this.#send({ type: 'finish' })
    await eventually(`the end of ${this.name}`, () => (this.#gone ? true : undefined), 20_000).catch(() => {})
    this.#child.kill('SIGKILL')
  }

  #alive(): undefined {
    if (this.#gone) throw new Error(`the process of the ${this.name} ended`)
    return undefined
  }

  #send(message: ToActor): void {
    if (!this.#gone && this.#child.connected) this.#child.send(message)
  }
}
