import { createVoiceAdapter, type VoiceAdapter, voiceMachine } from '#adapters/voice'
import { silentLogger, VirtualClock } from '#base'
import { Sequencer } from '#engines/sequencer'
import { centreMachine } from '#kernel/centre'
import { type ConfigurationChange, demoCentre } from '#kernel/config'
import type { ChannelClient, ChannelClientOptions, CoreNotice, MediaRequest } from '#protocols/control'
import { type LogBatch, MemoryLog } from '#seams/log'
import { TestEdge } from './takeover-edge.ts'
import { TestMedia } from './takeover-media.ts'
import { TestPhone } from './takeover-phone.ts'

const MACHINES = { centre: centreMachine, voice: voiceMachine }

const MENU = { type: 'menu', timeoutMs: 60_000, attempts: 1, invalidPrompts: [], otherwise: 'end' } as const

/** Two menus, one behind the other: a digit that counts twice goes through both. */
const TWO_MENUS: readonly ConfigurationChange[] = [
  {
    kind: 'flow',
    name: 'twice',
    value: {
      name: 'twice',
      start: 'first',
      steps: {
        first: { ...MENU, prompts: ['menu'], choices: { '1': 'second' } },
        second: { ...MENU, prompts: ['greeting'], choices: { '1': 'wrong', '2': 'right' } },
        wrong: { type: 'hang-up' },
        right: { type: 'echo' },
        end: { type: 'hang-up' },
      },
    },
  },
  { kind: 'number', name: '1099', value: { type: 'flow', flow: 'twice' } },
]

/** The gateway of the first takes numbers with a 9 in front, and the second asks who calls. */
const TRUNKS: readonly ConfigurationChange[] = [
  {
    ...{ kind: 'trunk', name: 'first' },
    value: { name: 'first', host: '192.0.2.9', numbers: ['03*'], callsMax: 2, rank: 1, prefix: '9' },
  },
  {
    ...{ kind: 'trunk', name: 'second' },
    value: {
      name: 'second',
      host: '192.0.2.8',
      numbers: ['03*', '04*'],
      callsMax: 2,
      user: 'tandem',
      secret: 'second',
    },
  },
]

interface Core {
  readonly sequencer: Sequencer<typeof MACHINES>
  readonly adapter: VoiceAdapter
  alive: boolean
}

/** Where the core is killed: at which step, and whether that step still had its effect; or which message comes twice, to a core that lives. */
export interface Kill {
  readonly step: number
  readonly effect: 'lost' | 'done' | 'doubled'
}

/** How long the next incarnation takes to come. */
const RESTART_MS = 300

/** A centre in memory whose core can be killed at every step: each message that it sends or gets, and each append. */
export class TestWorld {
  readonly clock = new VirtualClock()
  readonly edge = new TestEdge(this.clock)
  readonly media = new TestMedia('media-1', 20_000)
  /** Used only in a world of two. */
  readonly otherMedia = new TestMedia('media-2', 30_000)
  readonly log = new KillableLog({ holds: (term: number) => term === this.#term })
  core!: Core
  steps = 0
  readonly trail: string[] = []
  readonly #kills: Kill[]
  #term = 0
  #armed = false
  readonly #reconnect = { edge: (): void => {}, media: (): void => {}, lost: (): void => {} }

  /** Names that are being taken out of service. */
  readonly draining = new Set<string>()
  readonly #mediaCount: 1 | 2

  constructor(kills: readonly Kill[] = [], mediaCount: 1 | 2 = 1) {
    this.#mediaCount = mediaCount
    this.#kills = [...kills]
    this.log.step = (term, what) => this.step(term, what)
    this.otherMedia.sees = () => !this.media.dead
  }

  async open(): Promise<this> {
    await this.startCore()
    const changes = demoCentre().filter((change) => change.kind !== 'user' || !/^agent([5-9]|\d\d)/.test(change.name))
    await this.core.sequencer.submit([
      {
        machine: 'centre',
        command: {
          type: 'ChangeConfiguration',
          by: 'test',
          basedOn: 0,
          changes: [...changes, ...TWO_MENUS, ...TRUNKS],
        },
      },
    ])
    await this.turns()
    this.steps = 0
    this.#armed = true
    return this
  }

  /** The media process dies and is there again, without its sessions. */
  restartMedia(): void {
    this.media.restart()
    this.#reconnect.media()
  }

  /** The first media process dies and does not come back. */
  stopMedia(): void {
    this.media.dead = true
    this.media.deliver = () => {}
    this.#reconnect.lost()
  }

  /** The first media process, that was stopped, comes back: started anew. */
  bringBackMedia(): void {
    this.media.restart()
    this.media.dead = false
    this.#reconnect.media()
  }

  /** The network between the core and the first media process is cut; both live on, and the other media process sees it. */
  cutMedia(): void {
    this.media.linked = false
    this.#reconnect.lost()
  }

  healMedia(): void {
    this.media.linked = true
    this.#reconnect.media()
  }

  /** The connection to the edge is cut, and made again. */
  reconnectEdge(): void {
    this.#reconnect.edge()
  }

  phone(extension: string, registered = false): TestPhone {
    const phone = new TestPhone(this.edge, extension, registered)
    if (registered) this.edge.tellBinding(phone)
    return phone
  }

  get states() {
    return this.core.sequencer.committed.states
  }

  async startCore(): Promise<void> {
    const term = ++this.#term
    const sequencer = await Sequencer.open({
      machines: MACHINES,
      log: this.log,
      clock: this.clock,
      logger: silentLogger,
      term,
      lift: (_, event) => frozen(event),
      onStopped: () => undefined,
    })
    const adapter = createVoiceAdapter({
      sequencer,
      logger: silentLogger,
      clock: this.clock,
      ...this.#peers(),
      isDraining: (name) => this.draining.has(name),
      secret: 's',
      core: `core-${term}`,
      term,
      credentialOf: () => ({}),
      passwordOf: (secret) => `the password of ${secret}`,
      connect: (options) =>
        options.address.host === 'edge' ? this.#connectEdge(options) : this.#connectMedia(options),
    })
    this.core = { sequencer, adapter, alive: true }
    adapter.start()
  }

  /** Takes a media process, by its name, out of service. */
  drain(name: string): void {
    this.draining.add(name)
    this.core.adapter.setPeers(this.#peers())
  }

  #peers() {
    const media = Array.from({ length: this.#mediaCount }, (_, index) => ({ host: 'media', port: index + 1 }))
    return { edges: [{ host: 'edge', port: 1 }], media }
  }

  /** Kills that have not happened yet. */
  get killsLeft(): number {
    return this.#kills.length
  }

  /** Dies as `kill -9` does: nothing more leaves, nothing more is written; the next one starts soon. */
  kill(): void {
    const { core } = this
    if (!core.alive) return
    core.alive = false
    this.#term++
    this.edge.deliver = () => {}
    this.media.deliver = () => {}
    this.otherMedia.deliver = () => {}
    void core.adapter.close()
    this.clock.after(RESTART_MS, () => void this.startCore())
  }

  /** One more step of the core of that term: how often it happens, which is not at all when the core is dead or dies just before it. */
  step(term: number, what: string): number {
    if (term !== this.#term) return 0
    const kill = this.#kills[0]
    if (!this.#armed || kill?.step !== this.steps++) {
      this.trail.push(what)
      return 1
    }
    this.#kills.shift()
    this.trail.push(`KILL (${kill.effect}) ${what}`)
    if (kill.effect === 'doubled') return 2
    if (kill.effect === 'lost') this.kill()
    else queueMicrotask(() => this.kill())
    return kill.effect === 'done' ? 1 : 0
  }

  /** Lets everything run until the condition holds. */
  async until(what: string, condition: () => boolean, withinMs = 60_000): Promise<void> {
    const end = this.clock.now() + withinMs
    const fineUntil = this.clock.now() + 1500
    for (;;) {
      await this.turns()
      if (this.core.alive && condition()) return
      if (this.clock.now() >= end) throw new RangeError(`never: ${what}\n${this.trail.slice(-40).join('\n')}`)
      // Finely at first, where messages cross; in larger steps while something is only waited for.
      this.clock.advance(this.clock.now() < fineUntil ? 25 : 100)
    }
  }

  async pass(durationMs: number): Promise<void> {
    for (let left = durationMs; left > 0; left -= 1000) {
      this.clock.advance(Math.min(left, 1000))
      await this.turns()
    }
  }

  async turns(): Promise<void> {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
  }

  #connectEdge(options: ChannelClientOptions): ChannelClient {
    const { term } = options
    const client: ChannelClient = {
      connected: true,
      notify: (notice) => {
        const sip = (notice as CoreNotice).type === 'sip'
        const times = sip ? this.step(term, `out ${firstLine((notice as { message: string }).message)}`) : 1
        for (let i = 0; i < times; i++) queueMicrotask(() => this.edge.take(notice as CoreNotice))
        return true
      },
      request: () => Promise.reject(new TypeError('the core asks nothing of an edge')),
      close: async () => undefined,
    }
    this.#reconnect.edge = (): void => {
      if (term !== this.#term) return
      this.edge.deliver = (notice) => {
        const what = notice.type === 'sip' ? `in ${firstLine(notice.message)}` : 'in bindings'
        const times = this.step(term, what)
        for (let i = 0; i < times; i++) options.notice?.(notice, client)
      }
      options.connected?.(this.edge.greeting, client)
      this.edge.announce()
    }
    queueMicrotask(this.#reconnect.edge)
    return client
  }

  #connectMedia(options: ChannelClientOptions): ChannelClient {
    const { term, address } = options
    const media = address.port === 1 ? this.media : this.otherMedia
    const client: ChannelClient = {
      get connected() {
        return !media.dead && media.linked
      },
      notify: () => true,
      request: async (request) => {
        const order = request as MediaRequest
        if (media.dead || !media.linked || !this.step(term, `media ${order.type}`)) return new Promise(() => undefined)
        const answer = media.answer(order)
        await Promise.resolve()
        return this.#term === term ? answer : new Promise(() => undefined)
      },
      close: async () => undefined,
    }
    const connect = (): void => {
      if (term !== this.#term || media.dead || !media.linked) return
      media.deliver = (event) => {
        const times = this.step(term, `media event ${event.type}`)
        for (let i = 0; i < times; i++) options.notice?.(event, client)
      }
      options.connected?.({ role: 'media', name: media.name, instance: media.instance }, client)
      for (const event of [...media.events]) media.deliver(event)
    }
    if (media === this.media) {
      this.#reconnect.media = connect
      this.#reconnect.lost = () => options.disconnected?.()
    }
    queueMicrotask(connect)
    return client
  }
}

function firstLine(message: string): string {
  const [line = '', ...rest] = message.split('\r\n')
  return line.startsWith('SIP') ? `${line} (${rest.find((one) => one.startsWith('CSeq')) ?? ''})` : line
}

/** The log, whose writer can die just before an append lands, or just after. */
class KillableLog extends MemoryLog {
  step: (term: number, what: string) => number = () => 1

  override async append(batch: LogBatch): Promise<number> {
    const types = batch.records.map((record) => /"type":"(\w+)"/.exec(record.body)?.[1]).join(' ')
    // A dead writer waits for ever; the sequencer that it belongs to is never looked at again.
    if (!this.step(batch.term, `append ${types}`)) return new Promise(() => undefined)
    return super.append(batch)
  }
}

/** States share parts of events: whoever changes one in place fails here. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(Object.freeze(value))) frozen(part)
  return value
}
