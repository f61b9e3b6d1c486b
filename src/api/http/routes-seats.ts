import { z } from 'zod'
import { moment, SeatPeakSchema, SeatPeaksQuerySchema, SeatUseSchema } from '#api/contract'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** A billing year with its leap day; a longer list is several questions. */
const DAYS_MAX = 366
const DAY_MS = 86_400_000

/** Concurrent seats: how they are used now, and the most that were on each day. */
export function addSeatRoutes(api: Server, { seats, seatPeaks }: Pick<HttpApiPorts, 'seats' | 'seatPeaks'>): void {
  api.get(
    '/seats',
    { schema: { summary: 'How seats are used now', response: { 200: z.array(SeatUseSchema) } } },
    async (request) => {
      demand(request, 'view-cluster')
      return seats.uses().map((use) => ({ ...use, seats: use.seats ?? null, overuse: use.overuse ?? null }))
    },
  )
  const peaks = {
    summary: 'The most seats taken at once, by day',
    querystring: SeatPeaksQuerySchema,
    response: { 200: z.array(SeatPeakSchema) },
  }
  api.get('/seats/peaks', { schema: peaks }, async (request) => {
    demand(request, 'view-cluster')
    const { from, to } = request.query
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
    if (days < 1 || days > DAYS_MAX) {
      throw API_ERRORS['api.invalid']({ path: '/to', problem: `must be 0 to ${DAYS_MAX - 1} days after from` })
    }
    const found = await seatPeaks.list(from, to)
    return found.map((peak) => ({ ...peak, seats: peak.seats ?? null, at: moment(peak.at) }))
  })
}
