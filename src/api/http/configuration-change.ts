import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ConfigurationChange } from '#kernel/config'
import type { HttpApiPorts } from './ports.ts'
import { askerOf, demand, requirePrimary } from './who.ts'

/** What a removal may say in its address; `If-Match` says the same. */
export const BasedOnQuery = z.strictObject({ basedOn: z.coerce.number().int().min(0).optional() })

/** The command that makes changes in the asker's name. */
export function changeBy(request: FastifyRequest, basedOn: number, changes: readonly ConfigurationChange[]) {
  const by = askerOf(request).user.name
  return { type: 'ChangeConfiguration', by, basedOn, changes, from: request.ip } as const
}

/** Fails unless the asker may change the configuration, on this core. */
export function demandWrite(request: FastifyRequest, ports: Pick<HttpApiPorts, 'primary'>): void {
  demand(request, 'change-configuration')
  requirePrimary(ports)
}
