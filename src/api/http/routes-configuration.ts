import { z } from 'zod'
import { ChangedSchema, ConfigurationSchema, FlowInputSchema, NameSchema } from '#api/contract'
import { isTandemError } from '#base'
import type { FlowDocument } from '#kernel/flow'
import { basedOnOf, demandBasedOn, etagOf } from './based-on.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import { viewUser } from './routes-users.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, requirePrimary } from './who.ts'

const NameParams = z.object({ name: NameSchema })

/** The configuration as a whole, and its flows. The kernel checks what a flow refers to; what does not fit is told with its path. */
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
  const put = {
    summary: 'Create or change a flow',
    params: NameParams,
    body: FlowInputSchema,
    response: { 200: ChangedSchema },
  }
  api.put('/configuration/flows/:name', { schema: put }, async (request, reply) => {
    demand(request, 'change-configuration')
    requirePrimary({ primary })
    const { name } = request.params
    const { basedOn, ...document } = request.body as z.infer<typeof FlowInputSchema> & { basedOn?: unknown }
    const saw = basedOnOf(request, typeof basedOn === 'number' ? basedOn : undefined)
    const seen = demandBasedOn(saw, configuration().flows.has(name), configuration().version)
    // Its shape is the kernel's to check, step by step.
    const value = { ...document, name } as unknown as FlowDocument
    try {
      await centre.submit([
        {
          type: 'ChangeConfiguration',
          by: askerOf(request).user.name,
          basedOn: seen,
          changes: [{ kind: 'flow', name, value }],
        },
      ])
    } catch (error) {
      throw withPointer(error, `flows.${name}.`)
    }
    reply.header('etag', etagOf(configuration().version))
    return { version: configuration().version }
  })
}

/** The kernel names places of the whole configuration (`flows.main.steps.ask.next`); the author sent one flow (`/steps/ask/next`). */
function withPointer(error: unknown, prefix: string): unknown {
  if (!isTandemError(error, 'config.invalid')) return error
  const { path, problem } = error.fields
  if (typeof path !== 'string' || !path.startsWith(prefix)) return error
  return API_ERRORS['api.invalid']({ path: `/${path.slice(prefix.length).replaceAll('.', '/')}`, problem }, error)
}
