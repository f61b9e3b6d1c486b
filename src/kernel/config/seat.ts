/** What a seat lets a person use; one for each role that works in the centre. */
export type SeatFeature = 'agent' | 'attendant' | 'supervisor'

/**
 * How many people of a feature may be logged on at once, in the whole pool. `allow`: more may come, and the over-use is shown;
 * `refuse`: they are told to wait for a seat (LIC-03).
 */
export interface SeatPool {
  readonly name: SeatFeature
  /** 0-100,000. */
  readonly seats: number
  readonly overuse: 'allow' | 'refuse'
}
