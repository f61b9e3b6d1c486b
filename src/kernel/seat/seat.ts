import type { Role, SeatFeature, SeatPool } from '#kernel/config'

/** All features that have seats. */
export const SEAT_FEATURES: readonly SeatFeature[] = ['agent', 'attendant', 'supervisor']

/** How the seats of a feature are used. Somebody who is logged on twice, or on two cores, has one seat. */
export interface SeatUse {
  readonly feature: SeatFeature
  readonly used: number
  /** Undefined: as many as come. */
  readonly seats?: number
  readonly overuse?: SeatPool['overuse']
  /** People beyond the seats. */
  readonly over: number
}

/** Which seat a role needs. Who may change the configuration needs none: whoever gives more seats must always come in. */
export function seatOf(role: Pick<Role, 'rights' | 'seat'> | undefined): SeatFeature | undefined {
  if (!role || role.rights.includes('change-configuration')) return undefined
  return role.seat ?? 'agent'
}

/**
 * Whether somebody who holds no seat yet gets one. Only certain knowledge refuses: while the seats cannot be counted (`used` undefined,
 * because the registers are away) everybody gets in, for a failure must never lock anybody out (LIC-05).
 */
export function decideSeat(pool: SeatPool | undefined, used: number | undefined): 'granted' | 'over' | 'refused' {
  if (!pool || used === undefined || used < pool.seats) return 'granted'
  return pool.overuse === 'refuse' ? 'refused' : 'over'
}

/** How a feature's seats are used when so many people hold one. */
export function seatUse(feature: SeatFeature, pool: SeatPool | undefined, used: number): SeatUse {
  if (!pool) return { feature, used, over: 0 }
  const { seats, overuse } = pool
  return { feature, used, seats, overuse, over: Math.max(0, used - seats) }
}
