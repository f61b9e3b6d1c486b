import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Rate } from '#api/chats'
import { SESSION_ERRORS } from '#api/sessions'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** Refuses what comes too fast, saying for how long. */
export function slow(rate: Rate, key: string): void {
  const waitMs = rate.take(key)
  if (waitMs > 0) throw API_ERRORS['api.too-fast']({ seconds: Math.ceil(waitMs / 1000) })
}

/** Fails unless the token of the request was given to the visitor whose contact this is. */
export function demandVisitor({ tokens }: Pick<HttpApiPorts, 'tokens'>, request: FastifyRequest, id: string): void {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw SESSION_ERRORS['session.missing']()
  if (tokens.verifyVisitor(token) !== id) throw SESSION_ERRORS['session.over']()
}

/** Pages of other servers may ask what is below the path: nobody is logged in there, and no cookie counts. */
export function letOthersAsk(api: Server, path: string): void {
  // Returning the reply would say that it has been sent.
  api.addHook('onRequest', async (_, reply) => void allow(reply))
  api.options(path, { schema: { hide: true } as object }, (_, reply) => allow(reply).code(204).send())
  api.options(`${path}/*`, { schema: { hide: true } as object }, (_, reply) => allow(reply).code(204).send())
}

function allow(reply: FastifyReply): FastifyReply {
  return reply
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-headers', 'authorization, content-type')
    .header('access-control-allow-methods', 'GET, POST')
    .header('access-control-max-age', '86400')
    .header('cross-origin-resource-policy', 'cross-origin')
}
