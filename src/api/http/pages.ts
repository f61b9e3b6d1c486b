import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { pagePolicy } from './headers.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** A hashed name never changes its content. */
const ASSET_CACHE = 'public, max-age=31536000, immutable'

/** Stands in the built page where its nonce belongs. */
const NONCE_PLACE = '__CSP_NONCE__'

/** Serves the built pages: assets for ever, the page itself never from a cache, with a nonce for the styles that it makes while it runs. */
export async function addPages(server: Server, { webFolder, logger }: HttpApiPorts): Promise<void> {
  if (webFolder === undefined) return
  const file = join(webFolder, 'index.html')
  if (!existsSync(file)) {
    logger.warn({ webFolder }, 'pages are not built: npm run build:web')
    return
  }
  const page = readFileSync(file, 'utf8')
  await server.register(fastifyStatic, {
    root: join(webFolder, 'assets'),
    prefix: '/assets/',
    index: false,
    cacheControl: false,
    setHeaders: (reply) => reply.header('cache-control', ASSET_CACHE),
  })
  server.get('/', { schema: { hide: true } as object }, async (_, reply) => {
    const nonce = randomBytes(16).toString('base64')
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', pagePolicy(nonce))
      .send(page.replaceAll(NONCE_PLACE, nonce))
  })
}
