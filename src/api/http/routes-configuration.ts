import { ConfigurationSchema, FlowInputSchema, NumberInputSchema, QueueInputSchema } from '#api/contract'
import { etagOf } from './based-on.ts'
import { addObjectRoutes } from './configured-objects.ts'
import type { HttpApiPorts } from './ports.ts'
import { viewUser } from './routes-users.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** The configuration as a whole, its flows, queues and numbers. The kernel checks what a flow refers to; what does not fit is told with its path. */
export function addConfigurationRoutes(api: Server, { centre, primary }: HttpApiPorts): void {
  const configuration = () => centre.state().configuration
  api.get(
    '/configuration',
    { schema: { summary: 'The whole configuration', response: { 200: ConfigurationSchema } } },
    async (request, reply) => {
      demand(request, 'change-configuration')
      const { version, users, queues, flows, numbers } = configuration()
      reply.header('etag', etagOf(version))
      return {
        version,
        users: [...users.values()].map(viewUser),
        queues: [...queues.values()].map((queue) => ({ ...queue })),
        flows: [...flows.values()].map((flow) => ({ ...flow })),
        numbers: [...numbers].map(([number, destination]) => ({ number, destination: { ...destination } })),
      }
    },
  )
  addObjectRoutes(api, { centre, primary }, { kind: 'flow', plural: 'flows', words: 'a flow', body: FlowInputSchema })
  addObjectRoutes(
    api,
    { centre, primary },
    { kind: 'queue', plural: 'queues', words: 'a queue', body: QueueInputSchema },
  )
  addObjectRoutes(
    api,
    { centre, primary },
    { kind: 'number', plural: 'numbers', words: 'a number', body: NumberInputSchema },
  )
}
