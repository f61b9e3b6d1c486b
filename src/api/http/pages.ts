import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { pageServersOf } from '#kernel/config'
import { pagePolicy, serverSources, socketSource } from './headers.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** A hashed name never changes its content. */
const ASSET_CACHE = 'public, max-age=31536000, immutable'

/** Stands in the built page where its nonce belongs. */
const NONCE_PLACE = '__CSP_NONCE__'

/** The page that stands at `/`; every other one stands at its folder's name. */
const HOME = 'home'

/** Serves the built pages: assets for ever, the pages themselves never from a cache, with a nonce for the styles that they make while they run. */
export async function addPages(server: Server, ports: HttpApiPorts): Promise<void> {
  const { webFolder, logger } = ports
  if (webFolder === undefined) return
  const pages = pagesIn(webFolder)
  if (pages.length === 0) {
    logger.warn({ webFolder }, 'pages are not built: npm run build:web')
    return
  }
  await server.register(fastifyStatic, {
    root: join(webFolder, 'assets'),
    prefix: '/assets/',
    index: false,
    cacheControl: false,
    setHeaders: (reply) => reply.header('cache-control', ASSET_CACHE),
  })
  addWidget(server, webFolder)
  for (const name of pages) {
    const page = readFileSync(join(webFolder, name, 'index.html'), 'utf8')
    server.get(name === HOME ? '/' : `/${name}`, { schema: { hide: true } as object }, async (request, reply) => {
      const nonce = randomBytes(16).toString('base64')
      const servers = serverSources(pageServersOf(ports.centre.state().configuration.parameters))
      const connects = [socketSource(request, ports), ...servers].filter((source) => source !== '')
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('content-security-policy', pagePolicy(nonce, connects))
        .send(page.replaceAll(NONCE_PLACE, nonce))
    })
  }
}

/** The chat for websites: one script, which pages of other servers may load; a new release is there within the hour. */
function addWidget(server: Server, webFolder: string): void {
  const file = join(webFolder, 'widget', 'chat.js')
  if (!existsSync(file)) return
  const script = readFileSync(file)
  server.get('/widget/chat.js', { schema: { hide: true } as object }, (_, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(script),
  )
}

function pagesIn(webFolder: string): readonly string[] {
  if (!existsSync(webFolder)) return []
  return readdirSync(webFolder).filter((name) => existsSync(join(webFolder, name, 'index.html')))
}
