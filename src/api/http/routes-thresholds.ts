import { z } from 'zod'
import { ThresholdSchema } from '#api/contract'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** When figures are worth attention, for everybody who sees the figures; administrators change it among the configuration. */
export function addThresholdRoutes(api: Server, { centre }: Pick<HttpApiPorts, 'centre'>): void {
  const schema = { summary: 'When figures of queues are worth attention', response: { 200: z.array(ThresholdSchema) } }
  api.get('/thresholds', { schema }, async (request) => {
    demand(request, 'view-live')
    return [...centre.state().configuration.thresholds.values()].map((threshold) => ({ ...threshold }))
  })
}
