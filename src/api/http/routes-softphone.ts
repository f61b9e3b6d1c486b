import type { FastifyRequest } from 'fastify'
import { CalledAnewSchema, moment, SoftphoneSchema, VisitorPhoneSchema } from '#api/contract'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts, SoftphonePort } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, authenticate, requirePrimary } from './who.ts'

/** The pool's own domain, which every edge knows as its own. */
const DOMAIN = 'tandem'

/** How a visitor's phone is called: it registers nowhere, so nobody can call it. */
const VISITOR = 'visitor'

/** What the page for visitors calls: the main flow. */
const VISITOR_NUMBER = '1000'

/** `POST /softphone` gives a page what it registers with; `GET /visitor-phone` gives it to the page for visitors, where that is open. */
export function addSoftphoneRoutes(api: Server, ports: HttpApiPorts): void {
  const { softphone } = ports
  if (!softphone) return
  api.get(
    '/visitor-phone',
    { schema: { summary: 'What a visitor’s page calls with', security: [], response: { 200: VisitorPhoneSchema } } },
    async (request, reply) => {
      if (!softphone.visitors) throw API_ERRORS['api.no-visitors']()
      reply.header('cache-control', 'no-store')
      return { url: sipUrl(request, softphone), uri: `sip:${VISITOR}@${DOMAIN}`, number: VISITOR_NUMBER }
    },
  )
  api.register(async (inner) => {
    const guarded = inner as Server
    authenticate(guarded, ports)
    guarded.post(
      '/softphone',
      { schema: { summary: 'What your page’s softphone registers with', response: { 201: SoftphoneSchema } } },
      async (request, reply) => {
        const { user, claims } = askerOf(request)
        const { expiresAt, ...secret } = softphone.secrets.issue(user.extension, claims)
        reply.code(201).header('cache-control', 'no-store')
        const uri = `sip:${user.extension}@${DOMAIN}`
        return { url: sipUrl(request, softphone), uri, ...secret, expiresAt: moment(expiresAt) }
      },
    )
    const summary = 'Your page hears nothing in its call: it is called anew'
    guarded.post(
      '/softphone/call-anew',
      { schema: { summary, response: { 200: CalledAnewSchema } } },
      async (request) => {
        requirePrimary(ports)
        const calledAnew = await ports.calls?.()?.callAnew(askerOf(request).user.extension)
        return { calledAnew: calledAnew ?? false }
      },
    )
  })
}

/** The edge's WebSocket, at the host by which the browser knows us. */
function sipUrl({ protocol, hostname }: FastifyRequest, { url, port }: SoftphonePort): string {
  return url ?? `${protocol === 'https' ? 'wss' : 'ws'}://${hostname}:${port}/ws`
}
