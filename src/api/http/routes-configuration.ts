import type { z } from 'zod'
import { ConfigurationSchema, ParametersSchema } from '#api/contract'
import {
  type Configuration,
  type ConfigurationKind,
  KIND_NAMES,
  objectsOf,
  PARAMETERS,
  type ParameterKind,
  parameterValue,
  pluralOf,
  profileOf,
  rangeInWords,
} from '#kernel/config'
import { etagOf } from './based-on.ts'
import { addObjectRoutes } from './configured-objects.ts'
import type { HttpApiPorts } from './ports.ts'
import { viewUser } from './routes-users.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** The configuration as a whole, and the objects of each kind but users. The kernel checks what refers to what; what does not fit is told with its path. */
export function addConfigurationRoutes(api: Server, { centre, primary, sounds }: HttpApiPorts): void {
  const configuration = () => centre.state().configuration
  api.get(
    '/configuration',
    { schema: { summary: 'The whole configuration', response: { 200: ConfigurationSchema } } },
    async (request, reply) => {
      demand(request, 'change-configuration')
      reply.header('etag', etagOf(configuration().version))
      return viewConfiguration(configuration())
    },
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
  for (const kind of KIND_NAMES) if (kind !== 'user') addObjectRoutes(api, { centre, primary, sounds }, kind)
}

/** Kinds that are told in a way of their own; of the others, every object as it is. */
const VIEWS: Readonly<
  Partial<Record<ConfigurationKind, (configuration: Configuration) => readonly Record<string, unknown>[]>>
> = {
  user: ({ users }) => [...users.values()].map(viewUser),
  number: ({ numbers }) => [...numbers].map(([number, destination]) => ({ number, destination: { ...destination } })),
  parameter: ({ parameters }) => PARAMETERS.map((kind) => viewParameter(parameters, kind)),
}

function viewConfiguration(configuration: Configuration): z.infer<typeof ConfigurationSchema> {
  const lists = KIND_NAMES.map((kind) => [
    pluralOf(kind),
    VIEWS[kind]?.(configuration) ?? [...objectsOf(configuration, kind).values()].map((one) => ({ ...one })),
  ])
  return { version: configuration.version, ...Object.fromEntries(lists) } as z.infer<typeof ConfigurationSchema>
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
