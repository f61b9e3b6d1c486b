import { PROBLEM_TYPE, type Problem } from '#api/contract'
import type { HttpApiPorts } from './ports.ts'
import { instanceOf, sendProblem } from './problems.ts'
import type { Server } from './server-type.ts'

const UNHEALTHY = 'this core cannot serve at this moment'

/** What machines ask: `/health`, `/health/primary`, `/metrics`; and `/ws`, where browsers follow what changes. */
export function addOperationRoutes(server: Server, ports: HttpApiPorts): void {
  const { primary, centre, health } = ports
  const hidden = { schema: { hide: true } as object, config: { rateLimit: false } as object }
  server.get('/health', hidden, async (request, reply) => {
    const { healthy, reason } = health()
    if (!healthy) return sendProblem(reply, unhealthy(instanceOf(request), reason))
    return reply
      .header('cache-control', 'no-store')
      .send(JSON.stringify({ healthy, role: roleOf(ports), sequence: centre.sequence() }))
  })
  server.get('/health/primary', hidden, async (request, reply) => {
    const reason = whyNotPrimary(ports)
    if (reason !== undefined) {
      const made = { ...unhealthy(instanceOf(request), reason), primary: primary.address() ?? null }
      return sendProblem(reply, made)
    }
    return reply
      .header('cache-control', 'no-store')
      .send(JSON.stringify({ healthy: true, role: 'primary', sequence: centre.sequence() }))
  })
  server.get('/metrics', hidden, async (_, reply) =>
    reply.type(ports.metrics.contentType).send(await ports.metrics.metrics()),
  )
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.url.startsWith('/health') && reply.getHeader('content-type') !== PROBLEM_TYPE)
      reply.type('application/json')
    return payload
  })
  server.get('/ws', { ...hidden, websocket: true }, (socket, request) => ports.realtime.connect(socket, request.ip))
}

function whyNotPrimary({ primary, health }: HttpApiPorts): string | undefined {
  if (!primary.isPrimary()) return 'this core is a backup'
  if (!primary.canWrite()) return 'the log takes nothing at this moment'
  const { healthy, reason } = health()
  return healthy ? undefined : (reason ?? UNHEALTHY)
}

function roleOf({ primary }: HttpApiPorts): 'primary' | 'backup' {
  return primary.isPrimary() ? 'primary' : 'backup'
}

function unhealthy(instance: string, detail = UNHEALTHY): Problem {
  return { type: 'urn:tandem:problem:api.unhealthy', title: 'Service Unavailable', status: 503, detail, instance }
}
