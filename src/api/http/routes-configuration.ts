import {
  ConfigurationSchema,
  FlowInputSchema,
  NumberInputSchema,
  ParameterInputSchema,
  ParametersSchema,
  QueueInputSchema,
  ScheduleInputSchema,
  SeatInputSchema,
} from '#api/contract'
import {
  type Configuration,
  PARAMETERS,
  type ParameterKind,
  parameterValue,
  profileOf,
  rangeInWords,
} from '#kernel/config'
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
      const { version, users, queues, flows, numbers, parameters, seats, schedules } = configuration()
      reply.header('etag', etagOf(version))
      return {
        version,
        users: [...users.values()].map(viewUser),
        queues: [...queues.values()].map((queue) => ({ ...queue })),
        flows: [...flows.values()].map((flow) => ({ ...flow })),
        numbers: [...numbers].map(([number, destination]) => ({ number, destination: { ...destination } })),
        parameters: PARAMETERS.map((kind) => viewParameter(parameters, kind)),
        seats: [...seats.values()].map((pool) => ({ ...pool })),
        schedules: [...schedules.values()].map((schedule) => ({ ...schedule })),
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
  api.get(
    '/configuration/parameters',
    { schema: { summary: 'The settings of the pool', response: { 200: ParametersSchema } } },
    async (request, reply) => {
      demand(request, 'change-configuration')
      const { version, parameters } = configuration()
      reply.header('etag', etagOf(version))
      return { version, parameters: PARAMETERS.map((kind) => viewParameter(parameters, kind)) }
    },
  )
  const parameter = { kind: 'parameter', plural: 'parameters', words: 'a setting', body: ParameterInputSchema } as const
  addObjectRoutes(api, { centre, primary }, parameter)
  addObjectRoutes(
    api,
    { centre, primary },
    { kind: 'schedule', plural: 'schedules', words: 'a schedule', body: ScheduleInputSchema },
  )
  addObjectRoutes(
    api,
    { centre, primary },
    { kind: 'seat', plural: 'seats', words: 'the seats of a feature', body: SeatInputSchema },
  )
}

function viewParameter(parameters: Configuration['parameters'], kind: ParameterKind) {
  const profile = profileOf(parameters)
  return {
    name: kind.name,
    what: kind.what,
    value: parameterValue(parameters, kind) ?? null,
    set: parameters.has(kind.name),
    default: kind.defaults[profile] ?? null,
    takes: rangeInWords(kind, profile),
  }
}
