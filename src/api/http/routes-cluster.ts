import { z } from 'zod'
import {
  DrainInputSchema,
  LevelInputSchema,
  LevelSchema,
  SwitchoverAnswerSchema,
  SwitchoverInputSchema,
} from '#api/contract'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, requirePrimary } from './who.ts'

const DrainParams = z.object({ name: z.string().min(1).max(100) })

/** What an administrator asks of the pool: a switchover, a machine out of service, a newer format of the log. */
export function addClusterRoutes(api: Server, ports: HttpApiPorts): void {
  const leading = () => {
    requirePrimary(ports)
    const pool = ports.pool()
    if (!pool) throw API_ERRORS['api.not-primary']({ primary: ports.primary.address() ?? 'not known at this moment' })
    return pool
  }
  const switchover = {
    summary: 'Make a backup the primary; nothing is lost',
    body: SwitchoverInputSchema,
    response: { 202: SwitchoverAnswerSchema },
  }
  api.post('/cluster/switchover', { schema: switchover }, async (request, reply) => {
    demand(request, 'switchover')
    reply.code(202)
    return leading().switchTo(request.body.to, askerOf(request).user.name)
  })
  const drain = {
    summary: 'Let a machine or a core take no new work, and hand over if it is primary',
    body: DrainInputSchema,
    response: { 202: SwitchoverAnswerSchema },
  }
  api.post('/cluster/drains', { schema: drain }, async (request, reply) => {
    demand(request, 'switchover')
    reply.code(202)
    return leading().drain(request.body.name, askerOf(request).user.name)
  })
  const endDrain = { summary: 'Let a machine or a core take work again', params: DrainParams }
  api.delete('/cluster/drains/:name', { schema: endDrain }, async (request, reply) => {
    demand(request, 'switchover')
    await leading().endDrain(request.params.name, askerOf(request).user.name)
    reply.code(204)
  })
  const level = {
    summary: 'Let the log be written in a newer format, once every core reads it',
    body: LevelInputSchema,
    response: { 200: LevelSchema },
  }
  api.put('/cluster/level', { schema: level }, async (request) => {
    demand(request, 'switchover')
    return { level: await leading().raiseLevel(request.body.level, askerOf(request).user.name) }
  })
}
