import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  BulkUsersSchema,
  ChangedSchema,
  NameSchema,
  PasswordSchema,
  SessionSchema,
  UserInputSchema,
  UserSchema,
} from '#api/contract'
import type { Configuration, ConfigurationChange, Mix, User } from '#kernel/config'
import { basedOnOf, demandBasedOn, etagOf } from './based-on.ts'
import { BasedOnQuery, changeBy, demandWrite } from './configuration-change.ts'
import { API_ERRORS } from './errors.ts'
import { demandPolicy, noteNewPassword, setPassword } from './new-password.ts'
import type { HttpApiPorts } from './ports.ts'
import { beginSession } from './routes-sessions.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand } from './who.ts'

const NameParams = z.object({ name: NameSchema })
/** Users: configuration, and passwords, which stay outside of it. */
export function addUserRoutes(api: Server, ports: HttpApiPorts): void {
  const { centre, passwords } = ports
  const configuration = (): Configuration => centre.state().configuration
  addUserReads(api, configuration)
  const put = {
    summary: 'Create or change a user',
    params: NameParams,
    body: UserInputSchema,
    response: { 200: ChangedSchema },
  }
  api.put('/users/:name', { schema: put }, async (request, reply) => {
    demandWrite(request, ports)
    const { password, basedOn, ...value } = request.body
    const user = userFrom(request.params.name, value)
    const before = configuration().users.get(user.name)
    demandPassword(before, user, password, '/password')
    if (password !== undefined) await demandPolicy(ports, user.name, password, '/password')
    const seen = demandBasedOn(basedOnOf(request, basedOn), before !== undefined, configuration().version)
    await centre.submit([changeBy(request, seen, [{ kind: 'user', name: user.name, value: user }])])
    if (password !== undefined) await setPassword(ports, { user, password, by: askerOf(request).user.name })
    reply.header('etag', etagOf(configuration().version))
    return { version: configuration().version }
  })
  addPassword(api, ports)
  const remove = {
    summary: 'Remove a user',
    params: NameParams,
    querystring: BasedOnQuery,
    response: { 200: ChangedSchema },
  }
  api.delete('/users/:name', { schema: remove }, async (request) => {
    demandWrite(request, ports)
    const { name } = request.params
    if (!configuration().users.has(name)) throw API_ERRORS['api.no-such']({ what: 'user', name })
    const seen = demandBasedOn(basedOnOf(request, request.query.basedOn), true, configuration().version)
    await centre.submit([changeBy(request, seen, [{ kind: 'user', name }])])
    await passwords.remove(name)
    return { version: configuration().version }
  })
  api.post(
    '/users/bulk',
    { schema: { summary: 'Create or change many users', body: BulkUsersSchema, response: { 200: ChangedSchema } } },
    async (request) => {
      demandWrite(request, ports)
      await putMany(ports, request, request.body)
      return { version: configuration().version }
    },
  )
}

/** Whoever sets the own password goes on in the session of the answer; all of before are over. */
function addPassword(api: Server, ports: HttpApiPorts): void {
  const { centre } = ports
  const schema = {
    summary: 'Set a user’s password',
    params: NameParams,
    body: z.strictObject({ password: PasswordSchema }),
    response: { 200: ChangedSchema.extend({ session: SessionSchema.optional() }) },
  }
  api.post('/users/:name/password', { schema }, async (request, reply) => {
    demandWrite(request, ports)
    const { name } = request.params
    const user = centre.state().configuration.users.get(name)
    if (!user) throw API_ERRORS['api.no-such']({ what: 'user', name })
    const by = askerOf(request).user.name
    await demandPolicy(ports, name, request.body.password, '/password')
    await noteNewPassword(ports, request, user)
    await setPassword(ports, { user, password: request.body.password, by })
    const { version } = centre.state().configuration
    if (by !== name) return { version }
    reply.header('cache-control', 'no-store')
    return { version, session: beginSession(ports, user, ports.clock.now()) }
  })
}

function addUserReads(api: Server, configuration: () => Configuration): void {
  api.get(
    '/users',
    { schema: { summary: 'All users', response: { 200: z.array(UserSchema) } } },
    async (request, reply) => {
      demand(request, 'change-configuration')
      reply.header('etag', etagOf(configuration().version))
      return [...configuration().users.values()].map(viewUser)
    },
  )
  api.get(
    '/users/:name',
    { schema: { summary: 'A user', params: NameParams, response: { 200: UserSchema } } },
    async (request, reply) => {
      demand(request, 'change-configuration')
      const user = configuration().users.get(request.params.name)
      if (!user) throw API_ERRORS['api.no-such']({ what: 'user', name: request.params.name })
      reply.header('etag', etagOf(configuration().version))
      return viewUser(user)
    },
  )
}

/** A user as the API tells it. */
export function viewUser(user: User): z.infer<typeof UserSchema> {
  const { name, displayName, extension, role, skills, initialStatus, groups, wishes, mixes, interruptible, disabled } =
    user
  return {
    ...{ name, displayName, extension, role, skills: { ...skills }, initialStatus },
    ...(groups && { groups: [...groups] }),
    ...(wishes && { wishes: { ...wishes } }),
    ...(mixes && { mixes: mixes.map((mix) => ({ ...mix })) }),
    ...(interruptible && { interruptible: [...interruptible] }),
    ...(disabled && { disabled }),
  }
}

type UserBody = Omit<z.infer<typeof UserInputSchema>, 'password' | 'basedOn'>

/** A user of the configuration from what was sent: what was not said is not there. */
function userFrom(name: string, { groups, wishes, mixes, interruptible, disabled, ...rest }: UserBody): User {
  return {
    ...{ name, ...rest },
    ...(groups && { groups }),
    ...(wishes && { wishes }),
    ...(mixes && { mixes: mixes.map(mixFrom) }),
    ...(interruptible && { interruptible }),
    ...(disabled && { disabled }),
  }
}

function mixFrom(mix: NonNullable<UserBody['mixes']>[number]): Mix {
  return Object.fromEntries(Object.entries(mix).filter(([, most]) => most !== undefined))
}

async function putMany(
  ports: HttpApiPorts,
  request: FastifyRequest,
  body: z.infer<typeof BulkUsersSchema>,
): Promise<void> {
  const { centre } = ports
  const { users, version } = centre.state().configuration
  const changes: ConfigurationChange[] = []
  let overwrites = false
  for (const [index, { password, name, ...rest }] of body.users.entries()) {
    const user = userFrom(name, rest)
    const before = users.get(user.name)
    demandPassword(before, user, password, `/users/${index}/password`)
    if (password !== undefined) await demandPolicy(ports, name, password, `/users/${index}/password`)
    // Saying the same again is no change, so a tool may repeat itself.
    if (before && JSON.stringify(viewUser(before)) === JSON.stringify(viewUser(user))) continue
    overwrites ||= before !== undefined
    changes.push({ kind: 'user', name: user.name, value: user })
  }
  const seen = demandBasedOn(basedOnOf(request, body.basedOn), overwrites, version)
  if (changes.length > 0) await centre.submit([changeBy(request, seen, changes)])
  const by = askerOf(request).user.name
  const { phoneOnly } = body
  for (const { password, ...user } of body.users) {
    if (password !== undefined) await setPassword(ports, { user, password, by, ...(phoneOnly && { phoneOnly }) })
  }
}

/** The phone's digest is made from extension and password together, so another extension needs the password again. */
function demandPassword(before: User | undefined, after: User, password: string | undefined, path: string): void {
  if (before && before.extension !== after.extension && password === undefined) {
    throw API_ERRORS['api.invalid']({ path, problem: 'is needed, for the extension changes' })
  }
}
