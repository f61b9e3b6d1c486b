import type { Clock, Logger, Timer } from '#base'
import { Announcer, type KnownMember, MemberList, PostgresMembers, SILENT_MS_MAX } from '#seams/members'
import type { Store } from '#seams/store'
import type { MachineWatch } from './machine-watch.ts'
import type { Module } from './module-health.ts'
import { RELEASE } from './pool.ts'
import { LOG_FORMATS } from './release-formats.ts'
import type { CoreOptions } from './role-options.ts'

/** How often the primary looks for members that have been silent for a day. */
const SWEEP_MS = 600_000

/** How often the others are told how this machine is though nothing neared its end: what their pages say is no older. */
const HEALTH_MS = 60_000

/** What a core's view of the pool is made of. */
export interface PoolViewOptions {
  readonly options: CoreOptions
  readonly store: Store
  readonly holder: string
  readonly machine: Pick<MachineWatch, 'modules' | 'onChanged'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A core's place in the pool: who else belongs to it, and what the others are told of this core. */
export class PoolView {
  readonly list: MemberList
  readonly #options: PoolViewOptions
  readonly #members: PostgresMembers
  readonly #announcer: Announcer
  readonly #startedAt: number
  #http: string | undefined
  #link: { readonly host: string; readonly port: number } | undefined
  #term: number | undefined
  #health: Timer | undefined
  #unwatch: () => void = () => {}

  constructor(options: PoolViewOptions) {
    const { store, clock, logger } = options
    this.#options = options
    this.#members = new PostgresMembers(store)
    this.list = new MemberList({ members: this.#members, clock, logger })
    this.#announcer = new Announcer({ members: this.#members, clock, logger })
    this.#startedAt = clock.now()
  }

  async open(): Promise<void> {
    await this.list.open()
    this.#unwatch = this.#options.machine.onChanged(() => this.#announce())
    this.#tellHealth()
  }

  /** Where the others' links find this core. */
  linked(link: { readonly host: string; readonly port: number }): void {
    this.#link = link
    this.#announce()
  }

  /** Where this core answers the others. */
  serves(http: string): void {
    this.#http = http
    this.#announce()
  }

  /** This core is primary: backups pass changes on to it. */
  leads(term: number): void {
    this.#term = term
    this.#announce()
    this.#sweep()
  }

  /** The cores of the pool. */
  cores(): readonly KnownMember[] {
    return this.list.all().filter(({ role }) => role === 'core')
  }

  /** Tells, now and whenever they change, which cores live. */
  knows(tell: (names: readonly string[]) => void): void {
    const say = () => tell(this.cores().flatMap(({ name, silent }) => (silent ? [] : [name])))
    this.list.onChanged(say)
    say()
  }

  /** The core that was primary last, as far as is known here: of the highest term. */
  primary(): KnownMember | undefined {
    const led = this.cores().filter(({ term }) => term !== undefined)
    return led.sort((a, b) => (b.term ?? 0) - (a.term ?? 0))[0]
  }

  /** How the machines are, as far as they say: this one now, the others in the last minute; none of whose cores all are silent. */
  machines(): readonly { readonly node: string; readonly modules: readonly Module[] }[] {
    const { options, machine } = this.#options
    const told = this.cores().flatMap(({ node, health, silent }) =>
      health && !silent && node !== options.node ? [[node, health] as const] : [],
    )
    const all = new Map<string, readonly Module[]>([...told, [options.node, machine.modules()]])
    return [...all].map(([node, modules]) => ({ node, modules })).sort((a, b) => a.node.localeCompare(b.node))
  }

  async close(): Promise<void> {
    this.#health?.stop()
    this.#unwatch()
    await this.#announcer.close(true)
    await this.list.close()
  }

  #announce(): void {
    const { options, holder } = this.#options
    const host = options.advertisedHttp
    this.#announcer.set({
      name: `${options.node}-${options.process}`,
      node: options.node,
      role: 'core',
      life: holder,
      release: RELEASE,
      reads: LOG_FORMATS.reads,
      ...(this.#link && { link: this.#link }),
      startedAt: this.#startedAt,
      health: this.#options.machine.modules(),
      pages: `http://${host}:${options.httpPort}`,
      ...(this.#http !== undefined && { http: this.#http }),
      ...(this.#term !== undefined && { term: this.#term }),
    })
  }

  #tellHealth(): void {
    this.#announce()
    this.#health = this.#options.clock.after(HEALTH_MS, () => this.#tellHealth())
  }

  #sweep(): void {
    const { clock, logger } = this.#options
    const silent = this.list.all().filter((member) => member.silent)
    const names = silent.map(({ name }) => name)
    if (names.length > 0)
      this.#members.withdraw(names, SILENT_MS_MAX).then(
        (count) => count > 0 && logger.warn({ count }, 'members that were silent for a day are forgotten'),
        () => {},
      )
    clock.after(SWEEP_MS, () => this.#sweep())
  }
}
