import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ChangedSchema, NameSchema, OBJECT_INPUTS } from '#api/contract'
import { isTandemError } from '#base'
import { type ConfigurationChange, KINDS, pluralOf } from '#kernel/config'
import { basedOnOf, demandBasedOn, etagOf } from './based-on.ts'
import { BasedOnQuery, changeBy, demandWrite } from './configuration-change.ts'
import { demandSounds } from './configured-sounds.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

const NameParams = z.object({ name: NameSchema })
/** Prompts have slashes in their names, which stand as %2F in an address. */
const PromptParams = z.object({ name: z.string().min(1).max(100) })
/** Parameters have names of words with spaces; which there are is the kernel's to say. */
const ParameterParams = z.object({ name: z.string().min(1).max(64) })

/** A kind that is written through routes of its own name. Users have routes of their own: they have passwords besides. */
type PlainKind = keyof typeof OBJECT_INPUTS

/** Creates, changes and removes objects of one kind. Its shape and what refers to it are the kernel's to check, place by place. */
export function addObjectRoutes(
  api: Server,
  ports: Pick<HttpApiPorts, 'centre' | 'primary' | 'sounds'>,
  kind: PlainKind,
): void {
  const { words, isNamed } = KINDS[kind]
  const plural = pluralOf(kind)
  const path = `/configuration/${plural}/:name`
  const params = kind === 'parameter' ? ParameterParams : kind === 'prompt' ? PromptParams : NameParams
  const body = OBJECT_INPUTS[kind]
  const put = { summary: `Create or change ${words}`, params, body, response: { 200: ChangedSchema } }
  api.put(path, { schema: put }, async (request, reply) => {
    const { basedOn, ...given } = request.body as Record<string, unknown>
    const { name } = request.params
    const value = isNamed ? { ...given, name } : given
    return change({ request, reply, basedOn }, { kind, name, value } as unknown as ConfigurationChange)
  })
  const remove = {
    summary: `Remove ${words}`,
    params,
    querystring: BasedOnQuery,
    response: { 200: ChangedSchema },
  }
  api.delete(path, { schema: remove }, async (request, reply) => {
    const { name } = request.params
    const { basedOn } = request.query
    if (!ports.centre.state().configuration[plural].has(name)) throw API_ERRORS['api.no-such']({ what: kind, name })
    return change({ request, reply, basedOn }, { kind, name })
  })

  async function change(asked: Asked, wanted: ConfigurationChange): Promise<{ version: number }> {
    const { request, reply, basedOn } = asked
    demandWrite(request, ports)
    const before = ports.centre.state().configuration
    const saw = basedOnOf(request, typeof basedOn === 'number' ? basedOn : undefined)
    const seen = demandBasedOn(saw, before[plural].has(wanted.name), before.version)
    try {
      await demandSounds(ports, [wanted])
      await ports.centre.submit([changeBy(request, seen, [wanted])])
    } catch (error) {
      throw withPointer(error, `${plural}.${wanted.name}.`)
    }
    const { version } = ports.centre.state().configuration
    reply.header('etag', etagOf(version))
    return { version }
  }
}

/** Who asked for a change, and which version they saw. */
interface Asked {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly basedOn?: unknown
}

/** The kernel names places of the whole configuration (`flows.main.steps.ask.next`); the author sent one flow (`/steps/ask/next`). */
function withPointer(error: unknown, prefix: string): unknown {
  if (!isTandemError(error, 'config.invalid')) return error
  const { path, problem } = error.fields
  if (typeof path !== 'string' || !path.startsWith(prefix)) return error
  return API_ERRORS['api.invalid']({ path: `/${path.slice(prefix.length).replaceAll('.', '/')}`, problem }, error)
}
