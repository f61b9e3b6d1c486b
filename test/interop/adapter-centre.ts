import { type Clock, silentLogger, systemClock } from '#base'
import { type CommandFor, Fold, type Machines, Sequencer } from '#engines/sequencer'
import type { CentreStore, centreMachine } from '#kernel/centre'
import type { Interaction, Medium, Message } from '#kernel/interaction'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'

/** At which step a life of the adapter ends: before or after a command of that type is in the log. */
export interface Death {
  readonly at: string
  readonly when: 'before' | 'after'
}

/** The machines of a centre whose contacts come by an adapter. */
export type AdapterMachines = Machines & { readonly centre: typeof centreMachine }

/** As much of the sequencer as an adapter has. */
export type AdapterSequencer<M extends Machines> = Pick<Sequencer<M>, 'committed' | 'submit'>

/** What lives and dies. */
export interface MortalAdapter {
  start(): void
  close(): Promise<void>
}

/** The real kernel, log and one adapter in this process; the adapter may die at any step, and its next life goes on from the log. */
export abstract class AdapterCentre<M extends AdapterMachines, A extends MortalAdapter> {
  protected readonly clock: Clock
  readonly #machines: M
  readonly #medium: Medium
  readonly #lease = new MemoryLease(systemClock)
  readonly #log = new MemoryLog(this.#lease)
  #sequencer!: Sequencer<M>
  #adapter: A | undefined
  #lives = 0

  protected constructor(machines: M, medium: Medium, clock: Clock = systemClock) {
    this.#machines = machines
    this.#medium = medium
    this.clock = clock
  }

  /** Opens the log, which is empty. */
  protected async open(): Promise<void> {
    const machines = this.#machines
    const { term } = (await this.#lease.acquire('core', 3_600_000))!
    this.#sequencer = await Sequencer.open({
      ...{ machines, log: this.#log, fold: new Fold(machines, silentLogger), term },
      ...{ lease: this.#lease, clock: this.clock, logger: silentLogger, onStopped: () => {} },
    })
  }

  get states() {
    return this.#sequencer.committed.states
  }

  /** The contacts of the adapter's medium that are open, oldest first. */
  get contacts(): readonly Interaction[] {
    const { interactions } = this.states.centre as CentreStore
    return [...interactions.values()].filter(({ medium }) => medium === this.#medium)
  }

  /** What was written in all of them. */
  get messages(): readonly Message[] {
    return this.contacts.flatMap(({ conversation }) => conversation?.messages.filter(({ by }) => by !== 'system') ?? [])
  }

  async submit(...commands: readonly CommandFor<M>[]): Promise<void> {
    await this.#sequencer.submit(commands)
  }

  /** Begins a life of the adapter, made of a sequencer that dies with it; `dead` resolves when its death, if one was asked for, has come. */
  protected beginLife(
    death: Death | undefined,
    make: (sequencer: AdapterSequencer<M>) => A,
  ): { readonly dead: Promise<void> } {
    const sequencer = this.#sequencer
    const dead = Promise.withResolvers<void>()
    let isDead = false
    const life = ++this.#lives
    const die = (): never => {
      isDead = true
      dead.resolve()
      throw new Error(`life ${life} is over`)
    }
    const submit = async (commands: readonly CommandFor<M>[]) => {
      if (isDead) die()
      const isIt = commands.some(({ command }) => (command as { readonly type: string }).type === death?.at)
      if (isIt && death?.when === 'before') die()
      const outcome = await sequencer.submit(commands)
      if (isIt) die()
      return outcome
    }
    this.#adapter = make({ committed: sequencer.committed, submit })
    this.#adapter.start()
    return { dead: dead.promise }
  }

  get adapter(): A {
    return this.#adapter!
  }

  /** Ends the life. */
  async die(): Promise<void> {
    await this.#adapter?.close()
    this.#adapter = undefined
  }

  async close(): Promise<void> {
    await this.die()
    await this.#sequencer.close()
  }
}
