import { pageServersOf } from '#kernel/config'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** A browser asks again whether it may, so that a machine that is taken off the list is off soon. */
const ALLOWED_S = 600

/**
 * Lets a page that came from another machine of the pool ask this one when its own is gone (AA-18): those that the parameter `Page Servers`
 * names, and no other. What it may do is said by its token alone; there are no cookies.
 */
export function letPagesOfThePoolAsk(server: Server, { centre }: Pick<HttpApiPorts, 'centre'>): void {
  server.addHook('onRequest', async ({ method, headers }, reply) => {
    const { origin } = headers
    if (origin === undefined) return
    if (!pageServersOf(centre.state().configuration.parameters).includes(origin)) return
    reply
      .header('access-control-allow-origin', origin)
      .header('vary', 'origin')
      .header('access-control-expose-headers', 'retry-after')
      .header('cross-origin-resource-policy', 'cross-origin')
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return
    await reply
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .header('access-control-max-age', String(ALLOWED_S))
      .code(204)
      .send()
    return reply
  })
}
