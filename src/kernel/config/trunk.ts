/** How a gateway is spoken to. */
export type TrunkTransport = 'udp' | 'tcp' | 'tls'

/** A line to the outside: a gateway, a session border controller or a provider over which telephone numbers are called (TEL-01, TEL-13). */
export interface Trunk {
  readonly name: string
  readonly host: string
  /** 5060 when not said, 5061 for `tls`. */
  readonly port?: number
  /** `udp` when not said. */
  readonly transport?: TrunkTransport
  /** The numbers that may be called over it: each a number, or how numbers begin, with `*` behind; 1-100. */
  readonly numbers: readonly string[]
  /** Of these the ones that nobody may call: dear or abused ones; at most 100. */
  readonly barred?: readonly string[]
  /** Calls over it at once: 1-10,000. */
  readonly callsMax: number
  /** Of several that carry a number, the lowest is tried first: 1-100; 50 when not said. */
  readonly rank?: number
  /** Whom the gateway knows us as, when it asks (digest). */
  readonly user?: string
  /** The file in `secrets/` of the data folder that holds the password; the password itself is in no configuration, log or export. */
  readonly secret?: string
  /** The number that the called see; the caller's own when not said. */
  readonly callerNumber?: string
  /** Digits that are taken off the front of a number before it is called: 0-10. */
  readonly strip?: number
  /** What is put in front of it then. */
  readonly prefix?: string
  /** Nothing new is called over it; calls that stand go on. */
  readonly paused?: boolean
}

/** Whether a number is one of these, or begins like one that ends with `*`. */
export function fitsNumber(patterns: readonly string[], number: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? number.startsWith(pattern.slice(0, -1)) : pattern === number,
  )
}

/** Whether the number may be called over the trunk. */
export function isCarriedBy({ numbers, barred = [], paused = false }: Trunk, number: string): boolean {
  return !paused && fitsNumber(numbers, number) && !fitsNumber(barred, number)
}

/** A number as the gateway gets it. */
export function numberFor({ strip = 0, prefix = '' }: Trunk, number: string): string {
  return prefix + number.slice(strip)
}

/** Whoever says a user needs its password, and the other way round; a line for every number there is would be an open door. */
export function trunkFaults({ user, secret, numbers }: Trunk): readonly { path: string; problem: string }[] {
  const open = numbers.findIndex((pattern) => pattern === '*' || pattern === '+*')
  return [
    ...(user !== undefined && secret === undefined ? [{ path: 'secret', problem: 'is needed beside a user' }] : []),
    ...(user === undefined && secret !== undefined ? [{ path: 'user', problem: 'is needed beside a secret' }] : []),
    ...(open < 0 ? [] : [{ path: `numbers.${open}`, problem: 'is every number there is: say how numbers begin' }]),
  ]
}
