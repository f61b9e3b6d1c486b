import type { Registry } from 'prom-client'
import { SeatKeeper } from '#api/sessions'
import { PostgresSeatPeaks } from '#seams/store'
import { addSeatMetrics } from './metrics.ts'
import type { ServingOptions } from './serving-options.ts'

/** The seats of the pool as this core keeps them, and the peaks that are left behind. */
export function openSeats({ store, fold, registers, clock, logger }: ServingOptions, metrics: Registry) {
  const seatPeaks = new PostgresSeatPeaks(store)
  const seats = new SeatKeeper({
    registers,
    pools: () => fold.states.centre.configuration.seats,
    roles: () => fold.states.centre.configuration.roles,
    peaks: seatPeaks,
    clock,
    logger,
  })
  addSeatMetrics(metrics, seats)
  return { seats, seatPeaks }
}
