import type { Millis } from '#base'

/** What the monitors go by; made from the pool's parameters, whose ranges were held when they were set. */
export interface SwitchoverParameters {
  readonly profile: string
  readonly watchedModule: 'TS' | 'IP'
  readonly modulePingDelayMs: Millis
  readonly moduleTimeoutMs: Millis
  readonly moduleRetryDelayMs: Millis
  readonly moduleFailuresMax: number
  /** Undefined: the primary's host is asked only where nothing else decides. */
  readonly hostPing: { readonly delayMs: Millis; readonly count: number } | undefined
  readonly gatewayPings: boolean
  readonly netTestAddresses: readonly string[]
  readonly notifierPingDelayMs: Millis
  readonly notifierTimeoutMs: Millis
  readonly notifierRetriesMax: number
  readonly reconnectAttemptsMax: number
  readonly reconnectIntervalMs: Millis
}

const SECOND_MS = 1000

/** Reads them by their names; `valueNamed` gives what holds for a name, and undefined for what is off. */
export function readParameters(valueNamed: (name: string) => string | undefined): SwitchoverParameters {
  const text = (name: string) => valueNamed(`Switchover ${name}`)
  const ms = (name: string) => Number(text(name)) * SECOND_MS
  const delay = text('Unreachable Primary Ping Delay')
  const count = text('Unreachable Primary Ping Count')
  return {
    profile: text('Profile') ?? '',
    watchedModule: text('Watched Module') === 'IP' ? 'IP' : 'TS',
    modulePingDelayMs: ms('TS Ping Delay'),
    moduleTimeoutMs: ms('TS Timeout'),
    moduleRetryDelayMs: ms('TS Failure Retry Delay'),
    moduleFailuresMax: Number(text('Max TS Failures')),
    hostPing: delay && count ? { delayMs: Number(delay) * SECOND_MS, count: Number(count) } : undefined,
    gatewayPings: /^(no|0)$/i.test(text('Disable Gateway Ping') ?? ''),
    netTestAddresses: (text('NetTest Addresses') ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
    notifierPingDelayMs: ms('Notifier Ping Delay'),
    notifierTimeoutMs: ms('Notifier Ping Timeout'),
    notifierRetriesMax: Number(text('Notifier Ping Retries')),
    reconnectAttemptsMax: Number(text('Reconnect Attempts')),
    reconnectIntervalMs: ms('Reconnect Interval'),
  }
}

/** The longest that a working module monitor is silent: one ping that fails, and the pauses around it, twice over. */
export function moduleSilenceMsMax(parameters: SwitchoverParameters): Millis {
  const { modulePingDelayMs, moduleTimeoutMs, moduleRetryDelayMs } = parameters
  return 2 * (Math.max(modulePingDelayMs, moduleRetryDelayMs) + moduleTimeoutMs)
}
