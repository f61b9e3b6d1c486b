import type { Clock, Logger, Millis } from '#base'
import type { RegisterPeers } from './port.ts'
import { RegisterAsker } from './register-asker.ts'
import type { RegisterCopy } from './register-copy.ts'
import { REGISTERS_NEXT } from './register-messages.ts'
import { RegisterTeller } from './register-teller.ts'

/** After Redis went, the cores have found each other within this where all their links stand: who asks in between waits for it. */
const SETTLE_MS: Millis = 1_000

/**
 * How the cores of a pool tell each other their registers without Redis. A core that is without it asks every other core what it knows, again and again, and
 * each that is asked so asks back. Nobody asks while all have Redis.
 */
export class RegisterExchange {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #teller: RegisterTeller
  readonly #asker: RegisterAsker
  readonly #waiting = new Set<() => void>()
  #peers: RegisterPeers | undefined
  #stop: () => void = () => {}
  #alone: boolean
  #aloneSince: Millis
  #wasWhole = false

  /** `alone`: whether this process is without Redis as it begins. */
  constructor({ copy, clock, logger }: { copy: RegisterCopy; clock: Clock; logger: Logger }, alone: boolean) {
    this.#clock = clock
    this.#logger = logger
    this.#alone = alone
    this.#aloneSince = clock.monotonic()
    this.#teller = new RegisterTeller(copy, clock, () => this.#look())
    this.#asker = new RegisterAsker({
      ...{ copy, clock, logger },
      alone: () => this.#alone,
      wants: (peer) => this.#isLinked(peer) && (this.#alone || this.#teller.isAlone(peer)),
      changed: () => this.#look(),
    })
  }

  /** Asks and answers over these links from now on. */
  linked(peers: RegisterPeers): void {
    this.#peers = peers
    const stops = [
      peers.answer(REGISTERS_NEXT, (body, from) => this.#teller.next(body, from)),
      peers.onChanged(() => this.#look()),
    ]
    this.#stop = () => {
      for (const stop of stops) stop()
    }
    this.#look()
  }

  /** This process has lost Redis, or has it again. */
  setAlone(alone: boolean): void {
    if (alone && !this.#alone) this.#aloneSince = this.#clock.monotonic()
    this.#alone = alone
    this.#look()
  }

  /** Whether every other core of the pool has what this one tells, and this one what they tell. */
  get whole(): boolean {
    const peers = this.#peers?.peers()
    return peers?.every(({ name, linked }) => linked && this.#asker.has(name) && this.#teller.tells(name)) ?? false
  }

  /** Answers given, for whoever counts. */
  get answers(): number {
    return this.#teller.answers
  }

  /** Whether it is {@link whole}; a moment after Redis went it waits until it is. */
  async settled(): Promise<boolean> {
    const restMs = this.#aloneSince + SETTLE_MS - this.#clock.monotonic()
    if (this.whole || !this.#peers || restMs <= 0) return this.whole
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.stop()
        this.#waiting.delete(done)
        resolve()
      }
      const timer = this.#clock.after(restMs, done)
      this.#waiting.add(done)
    })
    return this.whole
  }

  close(): void {
    this.#stop()
    this.#asker.close()
    this.#teller.close()
    for (const done of [...this.#waiting]) done()
  }

  #isLinked(peer: string): boolean {
    return this.#peers?.peers().some(({ name, linked }) => name === peer && linked) ?? false
  }

  #look(): void {
    if (!this.#peers) return
    this.#asker.look(this.#peers)
    const whole = this.#alone && this.whole
    if (whole) for (const done of [...this.#waiting]) done()
    if (whole !== this.#wasWhole && whole)
      this.#logger.info(
        { cores: this.#peers.peers().length },
        'the cores tell each other the registers over their links',
      )
    this.#wasWhole = whole
  }
}
