import type { FastifyReply } from 'fastify'
import type { Rate } from '#api/chats'
import { API_ERRORS } from './errors.ts'
import type { Server } from './server-type.ts'

/** Refuses what comes too fast, saying for how long. */
export function slow(rate: Rate, key: string): void {
  const waitMs = rate.take(key)
  if (waitMs > 0) throw API_ERRORS['api.too-fast']({ seconds: Math.ceil(waitMs / 1000) })
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
