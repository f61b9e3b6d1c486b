import type { Clock, Logger, Millis } from '#base'
import type { Echo } from './echo.ts'
import type { SwitchoverParameters } from './parameters.ts'
import { type HostStatus, NETWORK_TABLE, type NetworkStatus, type NetworkStep } from './tables.ts'

/** What is known of an address that is asked. */
export interface Calibration {
  readonly address: string
  readonly step: NetworkStep
  readonly asked: number
  readonly answered: number
  /** Whether its silence says anything: it has answered before. */
  readonly weight: boolean
  readonly lastAnswered: boolean
  readonly lastAskedAt: Millis
}

/** What the probes found. */
export interface Judgement {
  readonly status: NetworkStatus
  readonly host: HostStatus
}

/** What the probes are made of. */
export interface ProbesOptions {
  readonly echo: Echo
  gateways(): readonly string[]
  readonly clock: Clock
  readonly logger: Logger
}

/** Gateways, test addresses and a primary's host, and those that were so before: more is a list that somebody changes all day. */
const CALIBRATIONS_MAX = 64

/** So many silent calibrations until the administrator is told that an address never answers: a minute. */
const NEVER_ANSWERED = 6

/**
 * Asks the network whether this machine is on it. Every address is calibrated while all is well: one that has never answered carries no
 * weight, since what is silent always says nothing when it is silent.
 */
export class Probes {
  readonly #options: ProbesOptions
  readonly #known = new Map<string, Calibration>()

  constructor(options: ProbesOptions) {
    this.#options = options
  }

  calibrations(): readonly Calibration[] {
    return [...this.#known.values()]
  }

  /** Asks all that is configured, to learn who answers. */
  async calibrate(parameters: SwitchoverParameters, host: string | undefined): Promise<void> {
    const { gateways, logger } = this.#options
    const addresses: (readonly [NetworkStep, string])[] = [
      ...(parameters.gatewayPings ? gateways().map((address) => ['Gateway', address] as const) : []),
      ...parameters.netTestAddresses.map((address) => ['NetTest', address] as const),
      ...(host === undefined ? [] : [['Primary', host] as const]),
    ]
    await Promise.all(addresses.map(([step, address]) => this.#ask(step, address)))
    for (const { address, step, asked, weight } of this.#known.values()) {
      if (!weight && asked === NEVER_ANSWERED) {
        const told = 'it has never answered an echo: its silence carries no weight'
        logger.warn({ address, probe: step }, told)
      }
    }
  }

  /** The first step decides that is configured and carries weight. The host's answer stands beside it. */
  async judge(parameters: SwitchoverParameters, host: string | undefined): Promise<Judgement> {
    const [decided, hostStatus] = await Promise.all([this.#decide(parameters), this.#host(parameters, host)])
    if (decided) return { status: decided, host: hostStatus }
    // Neither decides: the host of the primary is asked, even where it is not otherwise.
    const last = hostStatus !== 'not tested' || host === undefined ? hostStatus : await this.#once('Primary', host)
    if (last === 'not tested') return { status: 'Not Known', host: last }
    return { status: NETWORK_TABLE.Primary[last === 'reached' ? 0 : 1], host: last }
  }

  async #decide(parameters: SwitchoverParameters): Promise<NetworkStatus | undefined> {
    const gateways = parameters.gatewayPings ? this.#options.gateways() : []
    for (const [step, addresses] of [
      ['Gateway', gateways],
      ['NetTest', parameters.netTestAddresses],
    ] as const) {
      const weighty = addresses.filter((address) => this.#known.get(address)?.weight)
      if (weighty.length === 0) continue
      return NETWORK_TABLE[step][(await this.#any(step, weighty)) ? 0 : 1]
    }
    return undefined
  }

  /** At once, and done with the first that answers. */
  #any(step: NetworkStep, addresses: readonly string[]): Promise<boolean> {
    const asked = addresses.map(async (address) => {
      if (!(await this.#ask(step, address))) throw new RangeError(address)
    })
    return Promise.any(asked).then(
      () => true,
      () => false,
    )
  }

  async #host({ hostPing }: SwitchoverParameters, host: string | undefined): Promise<HostStatus> {
    if (!hostPing || host === undefined) return 'not tested'
    for (let tries = 1; ; tries++) {
      const status = await this.#once('Primary', host)
      if (status !== 'not reached' || tries >= hostPing.count) return status
      await new Promise<void>((resolve) => this.#options.clock.after(hostPing.delayMs, resolve))
    }
  }

  async #once(step: NetworkStep, address: string): Promise<HostStatus> {
    const reached = await this.#ask(step, address)
    if (reached) return 'reached'
    return this.#known.get(address)?.weight ? 'not reached' : 'not tested'
  }

  async #ask(step: NetworkStep, address: string): Promise<boolean> {
    const answered = await this.#options.echo(address)
    const before = this.#known.get(address)
    this.#known.delete(address)
    this.#known.set(address, {
      address,
      step,
      asked: (before?.asked ?? 0) + 1,
      answered: (before?.answered ?? 0) + (answered ? 1 : 0),
      weight: answered || (before?.weight ?? false),
      lastAnswered: answered,
      lastAskedAt: this.#options.clock.now(),
    })
    const oldest = this.#known.keys().next().value
    if (this.#known.size > CALIBRATIONS_MAX && oldest !== undefined) this.#known.delete(oldest)
    return answered
  }
}
