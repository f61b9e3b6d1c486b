import type { FastifyRequest } from 'fastify'
import { type Claims, SESSION_ERRORS } from '#api/sessions'
import type { User } from '#kernel/config'
import { type Right, rightsOf } from '#kernel/permission'
import { API_ERRORS } from './errors.ts'
import { isForwarded } from './forward.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** Who asks: what the token says, and the user as the configuration has them at this moment. */
export interface Who {
  readonly claims: Claims
  readonly user: User
  /** What the user's role may do at this moment. */
  readonly rights: readonly Right[]
}

/** Where a request carries who asks. */
const WHO = 'who'

/** Lets only requests with a good token through, on every route that is added to this server afterwards. */
export function authenticate(server: Server, ports: HttpApiPorts): void {
  server.decorateRequest(WHO)
  server.addHook('onRequest', async (request) => {
    const who = whoOf(ports, tokenOf(request))
    ports.seats.seen(who.user)
    // What another core passes on was seen there: that machine serves it.
    if (!isForwarded(request, ports.forward)) ports.logOns.seen(who.claims, request.ip)
    request.setDecorator(WHO, who)
  })
}

/** Looks anew at who asks, of a request whose answer goes on; fails with a 401 when the log-in is over by now. */
export function askAgain(request: FastifyRequest, ports: Pick<HttpApiPorts, 'tokens' | 'centre'>): void {
  request.setDecorator(WHO, whoOf(ports, tokenOf(request)))
}

/** Who asks, on a route behind {@link authenticate}. */
export function askerOf(request: FastifyRequest): Who {
  return request.getDecorator<Who>(WHO)
}

/** Whose token it is; fails with a 401 when it is none, over, or its user is gone. */
export function whoOf(ports: Pick<HttpApiPorts, 'tokens' | 'centre'>, token: string): Who {
  const claims = ports.tokens.verify(token)
  const { configuration } = ports.centre.state()
  const user = configuration.users.get(claims.user)
  if (!user || user.disabled) throw SESSION_ERRORS['session.over']()
  return { claims, user, rights: rightsOf(configuration, user.role) }
}

function tokenOf(request: FastifyRequest): string {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw SESSION_ERRORS['session.missing']()
  return token
}

/** What each right allows, in words that stand in a refusal. */
const ACTIONS: Readonly<Record<Right, string>> = {
  'view-own': 'see your own work',
  'view-live': 'see the work of others',
  'view-history': 'see the past work of others',
  'listen-recordings': 'hear recordings',
  'set-own-status': 'set your status',
  'set-any-status': 'set the status of others',
  'create-interaction': 'create interactions',
  'call-outside': 'call telephone numbers outside',
  'write-outside': 'write to telephone numbers outside first',
  'end-interaction': 'act on interactions of others',
  'pick-up': 'take what rings at somebody who is in no group of yours',
  monitor: 'listen to conversations',
  coach: 'coach agents in their conversations',
  barge: 'join conversations',
  'take-over': 'take conversations over',
  'acknowledge-alert': 'acknowledge alerts',
  'change-configuration': 'see or change the configuration',
  'try-configuration': 'try a configuration on recorded calls',
  'view-cluster': 'see the pool',
  switchover: 'switch over',
  drill: 'kill processes of the installation to see what is lost',
}

/** Whether the asking user has the right. */
export function has(request: FastifyRequest, right: Right): boolean {
  return askerOf(request).rights.includes(right)
}

/** Fails with a 403 unless the asking user has the right. */
export function demand(request: FastifyRequest, right: Right): void {
  if (!has(request, right)) throw API_ERRORS['api.forbidden']({ action: ACTIONS[right] })
}

/** Fails with a 403 unless it is about the asking user, or the user has the right over others. */
export function demandOver(request: FastifyRequest, user: string, right: Right): void {
  if (askerOf(request).user.name !== user) demand(request, right)
}

/** Fails with a 503 that names the primary, on a core that may not write. */
export function requirePrimary(ports: Pick<HttpApiPorts, 'primary'>): void {
  if (!ports.primary.isPrimary()) {
    throw API_ERRORS['api.not-primary']({ primary: ports.primary.address() ?? 'not known at this moment' })
  }
}
