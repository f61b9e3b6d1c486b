import { LogInSchema, LogOnsSchema, moment, OwnPasswordSchema, type Session, SessionSchema } from '#api/contract'
import { SESSION_ERRORS } from '#api/sessions'
import type { Millis } from '#base'
import { pageServersOf, passwordPolicyOf, type User } from '#kernel/config'
import { rightsOf } from '#kernel/permission'
import { demandPolicy, noteNewPassword, setPassword } from './new-password.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, authenticate, demand, requirePrimary, type Who } from './who.ts'

/** From this count on a wrong password is a warning in the log, not a line among many. */
const SUSPICIOUS_FAILURES = 3

/** `POST /sessions` logs in, `DELETE /sessions` out, `GET /sessions/current` says who one is, and there is the own password set. */
export function addSessionRoutes(api: Server, ports: HttpApiPorts): void {
  const { centre, seats } = ports
  api.post(
    '/sessions',
    { schema: { summary: 'Log in', security: [], body: LogInSchema, response: { 201: SessionSchema } } },
    async (request, reply) => {
      const { user: name, password } = request.body
      const begunAt = ports.clock.now()
      await checkPassword(ports, name, password, request.ip)
      const { configuration } = centre.state()
      const user = configuration.users.get(name)
      if (!user) throw SESSION_ERRORS['session.wrong']()
      if (user.disabled) throw SESSION_ERRORS['session.disabled']()
      await seats.take(user)
      reply.code(201).header('cache-control', 'no-store')
      return beginSession(ports, user, begunAt)
    },
  )
  api.register(async (inner) => {
    const guarded = inner as Server
    authenticate(guarded, ports)
    guarded.get(
      '/sessions/current',
      { schema: { summary: 'Who you are', response: { 200: SessionSchema.omit({ token: true }) } } },
      async (request) => {
        const who = askerOf(request)
        return sessionOf(who, who.claims.expiresAt, ports)
      },
    )
    guarded.delete('/sessions', { schema: { summary: 'Log out' } }, async (request, reply) => {
      const { claims, user } = askerOf(request)
      ports.tokens.revoke(claims)
      await ports.logOns.over(claims)
      await seats.giveBack(user)
      return reply.code(204).send()
    })
    addLogOns(guarded, ports)
    addOwnPassword(guarded, ports)
  })
}

/** Everybody who is logged on, on whichever machine (AGS-11): addresses are told, so it is for administrators. */
function addLogOns(guarded: Server, { centre, logOns }: HttpApiPorts): void {
  const schema = { summary: 'Who is logged on where, in the whole pool', response: { 200: LogOnsSchema } }
  guarded.get('/sessions', { schema }, async (request) => {
    demand(request, 'change-configuration')
    const { users } = centre.state().configuration
    const items = logOns.list().flatMap(({ user: name, node, address, since }) => {
      const user = users.get(name)
      if (!user || user.disabled) return []
      const { displayName, role } = user
      return [{ user: name, displayName, role, node, address, since: moment(since) }]
    })
    return { items, complete: logOns.complete }
  })
}

/** Whoever sets the own password goes on in a session that is begun here; all others of the user are over. */
function addOwnPassword(guarded: Server, ports: HttpApiPorts): void {
  const summary = 'Set your own password; the answer is the one session of yours that is not over'
  const schema = { summary, body: OwnPasswordSchema, response: { 201: SessionSchema } }
  guarded.post('/sessions/current/password', { schema }, async (request, reply) => {
    requirePrimary(ports)
    const { user } = askerOf(request)
    const { current, password } = request.body
    await checkPassword(ports, user.name, current, request.ip)
    await demandPolicy(ports, user.name, password, '/password')
    await noteNewPassword(ports, request, user)
    await setPassword(ports, { user, password, by: user.name })
    reply.code(201).header('cache-control', 'no-store')
    return beginSession(ports, user, ports.clock.now())
  })
}

/** A session of somebody who has just shown the password, at that moment. */
export function beginSession(ports: HttpApiPorts, user: User, begunAt: Millis): Session {
  const { token, expiresAt } = ports.tokens.issue(user.name, begunAt)
  const rights = rightsOf(ports.centre.state().configuration, user.role)
  return { token, ...sessionOf({ user, rights }, expiresAt, ports) }
}

function sessionOf(
  { user, rights }: Pick<Who, 'user' | 'rights'>,
  expiresAt: Millis,
  { sipPort, centre }: Pick<HttpApiPorts, 'sipPort' | 'centre'>,
): Omit<Session, 'token'> {
  const { name, displayName, role } = user
  const servers = pageServersOf(centre.state().configuration.parameters)
  return {
    ...{ user: name, displayName, role, rights: [...rights], expiresAt: moment(expiresAt), sipPort },
    ...(servers.length > 0 && { servers: [...servers] }),
  }
}

async function checkPassword(ports: HttpApiPorts, user: string, password: string, address: string): Promise<void> {
  const { throttle, passwords, logger, locks } = ports
  const policy = passwordPolicyOf(ports.centre.state().configuration.parameters)
  const lockedMs = locks.lockedMs(user, policy)
  if (lockedMs > 0) throw SESSION_ERRORS['session.locked']({ seconds: Math.ceil(lockedMs / 1000) })
  const waitMs = throttle.waitMs(user, address)
  if (waitMs > 0) throw SESSION_ERRORS['session.slowed']({ seconds: Math.ceil(waitMs / 1000) })
  if (await passwords.check(user, password)) {
    locks.unlock(user)
    return throttle.succeeded(user, address)
  }
  locks.failed(user, policy)
  const failures = throttle.failed(user, address)
  const level = failures >= SUSPICIOUS_FAILURES ? 'warn' : 'info'
  logger[level]({ failures, pii: { user, address } }, 'wrong password')
  throw SESSION_ERRORS['session.wrong']()
}
