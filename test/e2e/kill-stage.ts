import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiClient, eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Gap, sharedNow } from '../kit/rtp-stream.ts'
import { type System, type SystemRole, startSystem } from '../kit/system.ts'

/** An interaction as the API shows it, as far as these tests look at it. */
export interface SeenInteraction {
  readonly id: string
  readonly from: string
  readonly state: string
  readonly createdAt: string
  readonly closedAt: string | null
  readonly queuedAt: string | null
  readonly outcome: string | null
}

export interface SeenDetail extends SeenInteraction {
  readonly durations: Readonly<Record<string, number>> | null
  readonly segments: readonly { readonly kind: string; readonly startedAt: string; readonly endedAt: string | null }[]
  readonly recordings: readonly string[]
}

/** An agent who plays in one test: phone, user name, and the calls that came. */
export interface StageAgent {
  readonly user: string
  readonly extension: string
  readonly phone: Phone
  /** The calls that rang here, oldest first. */
  readonly calls: PhoneCall[]
  /** The newest call that still lives, once there is one. */
  call(): Promise<PhoneCall>
}

/** A longer silence after a kill is one that people hear. */
export const GAP_MS_MAX = 60

/**
 * A system whose core is killed again and again, with callers and agents who live through it. Each test takes agents that no other has
 * used, so that none waits for another's wrap-up.
 */
export class KillStage {
  readonly system: System
  readonly gaps: Gap[] = []
  #callers = 0
  #agents = 0
  #streams = 1
  #phones: Phone[] = []
  /** When the core was killed last, in the clock that all processes share. */
  killedAt = 0
  readonly takeoversMs: number[] = []
  /** The term of the newest primary seen: it must rise with every kill. */
  term = 1

  private constructor(system: System) {
    this.system = system
  }

  static async open(): Promise<KillStage> {
    return new KillStage(await startSystem())
  }

  async caller(): Promise<Phone> {
    this.#callers += 1
    return this.#phone(`78${String(this.#callers).padStart(6, '0')}`)
  }

  /** Dials from a phone of its own; ends with the caller's number and the call. */
  async dial(number: string): Promise<{ number: string; call: PhoneCall; phone: Phone }> {
    const phone = await this.caller()
    return { number: phone.user, call: await phone.dial(number), phone }
  }

  /** An agent of the support queue who is registered, and ready unless somebody waits for one. */
  async agent(waits: 'until-ready' | 'not' = 'until-ready'): Promise<StageAgent> {
    const index = this.#agents++
    const user = `agent${1 + 2 * index}`
    const phone = await this.#phone(String(2001 + 2 * index), `demo-${user}`)
    const calls: PhoneCall[] = []
    phone.incoming = (call) => {
      calls.push(call)
      call.ring()
    }
    const status = await phone.register()
    if (status !== 200) throw new Error(`${user} could not register: ${status}`)
    if (waits === 'until-ready') await this.agentBecomes(user, 'ready')
    return { user, extension: phone.user, phone, calls, call: () => this.#ringing(user, calls) }
  }

  #ringing(user: string, calls: PhoneCall[]): Promise<PhoneCall> {
    return eventually(`a call at ${user}`, () => calls.findLast((call) => call.state !== 'ended'))
  }

  async agentBecomes(user: string, status: string): Promise<void> {
    const api = await this.api()
    await eventually(`${user} is ${status}`, async () => {
      const agents = await api.get<{ user: string; status: string }[]>('/agents/live')
      return agents.find((agent) => agent.user === user)?.status === status ? true : undefined
    })
  }

  /** The media process that a party sends its sound to, by the ports that each was given. */
  mediaOf(call: PhoneCall): 'media' | 'media2' {
    return this.system.mediaAt(call.media.remote?.port ?? 0)
  }

  /** What a role of the system was started with. */
  options<T>(role: SystemRole): T {
    return JSON.parse(readFileSync(join(this.system.data, 'run', `${role}.options.json`), 'utf8')) as T
  }

  /** Kills a process this instant: the core, unless another is named. */
  kill(role: SystemRole = 'core', signal: NodeJS.Signals = 'SIGKILL'): number {
    this.killedAt = sharedNow()
    return this.system.kill(role, signal)
  }

  /** Kills the core and waits until the next one serves calls. */
  async killAndWait(): Promise<void> {
    const before = this.kill()
    await this.tookOver(before)
  }

  async tookOver(before: number): Promise<void> {
    await this.system.replaced('core', before)
    await eventually('a primary', async () =>
      (await fetch(`${this.system.http}/health/primary`)).ok ? true : undefined,
    )
    this.takeoversMs.push(sharedNow() - this.killedAt)
    // A starved machine may take over once more while it is asked.
    this.term = await eventually(`a term after ${this.term}`, async () => {
      const { term } = await (await this.api()).get<{ term: number }>('/cluster')
      return term > this.term ? term : undefined
    })
  }

  /** A session at whichever core is there now; sessions of the one before it are good too, but a test shall not lean on it. */
  async api(): Promise<ApiClient> {
    return eventually('a log-in', () => new ApiClient(this.system.http).logIn('supervisor'))
  }

  /** The interaction of this caller, as long as it is open. */
  async interaction(number: string): Promise<SeenInteraction> {
    const api = await this.api()
    return eventually(`the open interaction of ${number}`, async () => {
      const { items } = await api.get<{ items: SeenInteraction[] }>('/interactions?state=open&limit=200')
      return items.find(({ from }) => from.includes(number))
    })
  }

  /** The one record of this caller's closed call: with sound durations, or the test fails. */
  async record(number: string): Promise<SeenDetail> {
    const api = await this.api()
    const found = await eventually(`the record of ${number}`, async () => {
      const { items } = await api.get<{ items: SeenInteraction[] }>('/interactions?limit=200')
      const mine = items.filter(({ from }) => from.includes(number))
      return mine.length > 0 && mine.every(({ state }) => state === 'closed') ? mine : undefined
    })
    if (found.length !== 1) throw new Error(`${number} has ${found.length} records: ${JSON.stringify(found)}`)
    return eventually(`durations of ${number}`, async () => {
      const detail = await api.get<SeenDetail>(`/interactions/${found[0]!.id}`)
      return detail.durations ? detail : undefined
    })
  }

  /** Waits until the interaction is at this step of its flow. */
  async step(id: string, step: string): Promise<void> {
    const api = await this.api()
    await eventually(`${id} at ${step}`, async () => {
      const detail = await api.get<{ step: string | null }>(`/interactions/${id}`)
      return detail.step === step ? true : undefined
    })
  }

  /** How long a recording is, once it is sealed. */
  async recordingMs(id: string): Promise<number> {
    const api = await this.api()
    return eventually(`recording ${id}`, async () => {
      const { durationMs } = await api.get<{ durationMs: number }>(`/recordings/${id}`)
      return durationMs > 0 ? durationMs : undefined
    })
  }

  /** The longest silence of conversation between two moments (from the last kill until now), in transit and as heard. */
  gapSince(from = this.killedAt): { ms: number; transitMs: number } {
    const after = this.gaps.filter(({ at, stream }) => at >= from && stream !== 0)
    return {
      ms: Math.max(0, ...after.map(({ ms }) => ms)),
      transitMs: Math.max(0, ...after.map(({ transitMs }) => transitMs)),
    }
  }

  /** Ends what a test left behind: its phones hang up without a word, so the next test must not share agents with it. */
  async clear(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map(leave))
    this.gaps.length = 0
  }

  async close(): Promise<void> {
    await this.clear()
    await this.system.stop()
  }

  async #phone(user: string, password?: string): Promise<Phone> {
    const phone = await Phone.open({
      server: this.system.sip,
      user,
      ...(password === undefined ? {} : { password }),
      nextStream: () => this.#streams++,
      gapSeen: (gap) => {
        if (gap.ms > 20) this.gaps.push(gap)
      },
    })
    this.#phones.push(phone)
    return phone
  }
}

/** A phone that is still registered would be rung by the next test's calls: it waits for the answers, unless nobody is there any more. */
const GOODBYE_MS_MAX = 10_000

async function leave(phone: Phone): Promise<void> {
  const goodbye = async () => {
    const calls = [...phone.calls.values()].filter(({ state }) => state !== 'ended')
    await Promise.all([...calls.map((call) => call.hangUp()), phone.register(0)])
  }
  await Promise.race([goodbye(), delay(GOODBYE_MS_MAX)])
  await phone.close()
}

/** Only for bounds on how long a test waits; no test passes or fails by it. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits until both ends hear each other: packets that were sent after now. */
export async function talking(one: PhoneCall, other: PhoneCall): Promise<void> {
  const more = (call: PhoneCall, stream: number) => {
    const before = call.media.heard.get(stream)?.packets ?? 0
    return call.until(`hears stream ${stream}`, () => (call.media.heard.get(stream)?.packets ?? 0) >= before + 10)
  }
  await Promise.all([more(one, other.media.stream), more(other, one.media.stream)])
}

/** Waits until more music or prompts have come: a hundred packets are two seconds. */
export async function hearsMore(call: PhoneCall, packets = 25): Promise<void> {
  const before = call.media.otherPackets
  await call.until('hears music', () => call.media.otherPackets >= before + packets)
}
