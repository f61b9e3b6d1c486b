import { checkLoad, checkWhole, SERVERS_MAX } from './range.ts'

/** Calls and how long each holds an agent or a trunk. */
export interface Traffic {
  /** 0-1,000,000,000. */
  readonly callsPerHour: number
  /** Mean time that a call takes of whoever serves it. */
  readonly handleMs: number
}

/** The load that traffic offers, in erlangs: how many would be busy on average if nobody ever waited or was turned away. */
export function offeredLoad({ callsPerHour, handleMs }: Traffic): number {
  return (callsPerHour * handleMs) / 3_600_000
}

/**
 * Erlang B: the share of calls that find all trunks busy and are lost (Erlang 1917). By the recursion over the number of trunks,
 * B(n) = a B(n-1) / (n + a B(n-1)), which stays between 0 and 1 for any size; factorials would overflow beyond 170 trunks.
 */
export function erlangB(load: number, trunks: number): number {
  checkLoad(load)
  checkWhole('the number of trunks', trunks, 0, SERVERS_MAX)
  let blocked = 1
  for (let n = 1; n <= trunks; n++) blocked = nextB(load, n, blocked)
  return blocked
}

/** The loss with one trunk more. */
export function nextB(load: number, trunks: number, before: number): number {
  return (load * before) / (trunks + load * before)
}
