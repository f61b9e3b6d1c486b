import type { VoiceAdapter } from '#adapters/voice'
import type { Clock, Logger, Millis } from '#base'
import type { Fold, Sequencer } from '#engines/sequencer'
import {
  type Answered,
  listGateways,
  type PingKind,
  Probes,
  pairOf,
  readParameters,
  Switchover,
  systemEcho,
} from '#engines/switchover'
import { parameterKind, parameterValue } from '#kernel/config'
import type { Lease } from '#seams/lease'
import type { KnownMember, MemberList } from '#seams/members'
import { CoreLink, type CoreSelf } from './core-link.ts'
import type { CoreMachines } from './core-machines.ts'
import { keepDiagnosis } from './diagnosis.ts'
import { peersOf, RELEASE } from './pool.ts'
import { LOG_FORMATS } from './release-formats.ts'
import type { CoreOptions } from './role-options.ts'
import { listenForTestFaults } from './test-faults.ts'

/** A primary connects to edges and media processes within a second; until then that none is connected says nothing. */
const SETTLED_MS: Millis = 5_000

/** An edge or media process that died is started again, and connected to, within seconds: a backup that looks may see it sooner than the primary does. */
const RESTART_MS_MAX: Millis = 10_000

/** What a core's part in the pool is made of. */
export interface CoreSwitchoverOptions {
  readonly core: CoreOptions
  readonly fold: Fold<CoreMachines>
  readonly lease: Lease
  readonly members: MemberList
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
  synchronise(): void
  lost(): void
}

/** What a core has as primary. */
interface Leading {
  readonly sequencer: Sequencer<CoreMachines>
  readonly voice: VoiceAdapter
  readonly since: Millis
}

/** Wires a core's switchover: link, probes and state machine, on what the fold, the members and the voice adapter say. */
export class CoreSwitchover {
  readonly link: CoreLink
  readonly switchover: Switchover
  readonly #options: CoreSwitchoverOptions
  readonly #faults: { readonly hung: boolean }
  #primary: string | undefined
  #leading: Leading | undefined
  /** When an edge and a media process were last reached. */
  #reachedAt: Millis = 0

  constructor(options: CoreSwitchoverOptions) {
    const { core, clock, logger, members } = options
    this.#options = options
    this.#faults = listenForTestFaults(core.demo, core.runFolder, logger)
    this.link = new CoreLink({
      secret: core.secret,
      clock,
      logger,
      listen: core.peers.listen,
      self: () => this.self(),
      answer: (kind) => this.#answer(kind),
      peers: () => {
        const { edges, media } = peersOf(core, members.all())
        return [...edges, ...media]
      },
    })
    this.switchover = new Switchover({
      ...options,
      connections: this.link,
      probes: new Probes({ echo: systemEcho, gateways: listGateways, clock, logger }),
      parameters: () => this.#parameters(),
      primaryHost: () => this.#primaryMember()?.link?.host,
      primaryIs: (holder) => {
        this.#primary = holder
        this.#follow()
      },
      pair: () => pairOf(LOG_FORMATS.reads, this.#pool.level, this.#primaryMember()?.reads),
      draining: () => this.draining,
      diagnose: (why) => keepDiagnosis({ data: core.data, clock, logger, status: () => this.switchover.status() }, why),
    })
  }

  /** Begins to listen for other cores; gives where they find this one. */
  async open(): Promise<{ readonly host: string; readonly port: number }> {
    const { core, members } = this.#options
    const port = await this.link.open()
    members.onChanged(() => this.#membersChanged())
    this.#membersChanged()
    return { host: core.peers.told, port }
  }

  /** Answers pings as primary from now on. */
  lead(sequencer: Sequencer<CoreMachines>, voice: VoiceAdapter): void {
    this.#leading = { sequencer, voice, since: this.#options.clock.monotonic() }
    this.link.watch(undefined)
  }

  /** Whether somebody has taken this core, or its machine, out of service. */
  get draining(): boolean {
    const { node } = this.#options.core
    return this.#pool.draining.has(node) || this.#pool.draining.has(this.name)
  }

  get name(): string {
    const { node, process } = this.#options.core
    return `${node}-${process}`
  }

  self(): CoreSelf {
    const { core, holder, fold } = this.#options
    return {
      holder,
      name: this.name,
      node: core.node,
      release: RELEASE,
      reads: LOG_FORMATS.reads,
      position: fold.sequence,
      state: this.switchover.status().state,
      draining: this.draining,
    }
  }

  async close(): Promise<void> {
    await this.switchover.close()
    await this.link.close()
  }

  get #pool() {
    return this.#options.fold.states.pool
  }

  #primaryMember(): KnownMember | undefined {
    return this.#options.members.all().find(({ life }) => life === this.#primary)
  }

  /** Watches whoever holds the lease. */
  #follow(): void {
    if (this.#leading || this.#primary === this.#options.holder) return
    const member = this.#primaryMember()
    this.link.watch(member && { holder: member.life, name: member.name })
  }

  #membersChanged(): void {
    const { members } = this.#options
    this.link.setPeers(members.all().flatMap(({ name, link }) => (link ? [{ name, ...link }] : [])))
    this.#follow()
  }

  #parameters() {
    const { parameters } = this.#options.fold.states.centre.configuration
    return readParameters((name) => {
      const kind = parameterKind(name)
      return kind && parameterValue(parameters, kind)
    })
  }

  #answer(kind: PingKind): Promise<Answered> | undefined {
    if (!this.#leading) return undefined
    if (kind === 'notifier') return Promise.resolve({ answer: 'success' })
    if (this.#faults.hung) return new Promise(() => {})
    return kind === 'IP' ? takesEvents(this.#leading) : Promise.resolve(this.#calls(this.#leading))
  }

  /** Whether calls get through: the adapter is at work, and an edge and a media process answer its beats, or did not long ago. */
  #calls({ voice, since }: Leading): Answered {
    const now = this.#options.clock.monotonic()
    if (now - since < SETTLED_MS) return { answer: 'success' }
    const { open, edges, media } = voice.status()
    const reached = (peers: readonly { readonly connected: boolean }[]) =>
      peers.length === 0 || peers.some(({ connected }) => connected)
    if (!open) return { answer: 'ill', detail: 'the voice adapter is closed' }
    if (reached(edges) && reached(media)) this.#reachedAt = now
    if (now - Math.max(since, this.#reachedAt) < RESTART_MS_MAX) return { answer: 'success' }
    return { answer: 'ill', detail: `no ${reached(edges) ? 'media process' : 'edge'} answers the primary` }
  }
}

/** Whether the log takes what is decided: waits for all that was decided before. */
async function takesEvents({ sequencer }: Leading): Promise<Answered> {
  try {
    await sequencer.submit([])
    return { answer: 'success' }
  } catch (error) {
    return { answer: 'ill', detail: String(error) }
  }
}
