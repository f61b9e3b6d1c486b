import { timingSafeEqual } from 'node:crypto'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Millis } from '#base'
import { PROOF_HEADER } from '#seams/members'
import { API_ERRORS } from './errors.ts'
import type { ForwardPort, HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'

/** How far the log was when the primary had done it: the backup waits until it has seen that much too. */
const SEQUENCE_HEADER = 'tandem-sequence'
/**
 * A takeover takes half a second, and two more where a whole machine died and its lease has to lapse; who asks meanwhile need not notice.
 * A busy machine takes as long again; a person would not wait for much longer.
 */
const PRIMARY_WAIT_MS_MAX = 6_000
const PRIMARY_POLL_MS = 25
/** A primary on the same network takes a connection at once, or is not there. */
const CONNECT_MS_MAX = 1_000
/** What a change may take while the log waits for its store; beyond it nobody knows whether it was done. */
const ANSWER_MS_MAX = 30_000
/** A backup is some milliseconds behind; who reads after writing shall see what was written. */
const CATCH_UP_MS_MAX = 500
/** Headers that belong to one connection and not to the message (RFC 9110 7.6.1). */
const HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Passes on to the primary what this core may not do itself: changes, and the view of the pool, which only the primary has whole.
 * A request is sent once. Before it is sent a primary is waited for; after that nothing is tried again, since a change that was
 * made twice is worse than an error that says that nobody knows.
 */
export function forwardToPrimary(server: Server, ports: HttpApiPorts): void {
  const { forward, primary, centre } = ports
  if (!forward) return
  server.addHook('onRequest', async (request, reply) => {
    if (primary.isPrimary() || !isForPrimary(request, forward) || isForwarded(request, forward)) return
    const answer = await send(request, ports, forward)
    if (!answer) return
    await caughtUp(ports, Number(answer.headers[SEQUENCE_HEADER]))
    passBack(reply, answer)
    return reply
  })
  server.addHook('onSend', async (request, reply, payload) => {
    if (isChange(request) && primary.isPrimary()) reply.header(SEQUENCE_HEADER, String(centre.sequence()))
    return payload
  })
}

/** Whether another core of the pool has sent it. */
export function isForwarded(request: FastifyRequest, forward: ForwardPort | undefined): boolean {
  const given = Buffer.from(String(request.headers[PROOF_HEADER] ?? ''))
  const expected = Buffer.from(forward?.proof ?? '')
  return given.length > 0 && given.length === expected.length && timingSafeEqual(given, expected)
}

function isChange({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}

/**
 * What changes nothing in the log is done here: every core knows the passwords and the key of the tokens, and can replay a day. The
 * primary has calls to serve.
 */
const HERE = ['/api/v1/sessions', '/api/v1/what-if']

/** That somebody types is known where the other side's page is connected, and in no log. */
const TYPING = /^\/api\/v1\/(chats|interactions)\/[^/]+\/(conversation\/)?typing$/

function isForPrimary(request: FastifyRequest, forward: ForwardPort): boolean {
  const path = request.url.split('?')[0] ?? ''
  // The address of a machine leads to one of its cores; whether the primary is on this machine only that one knows.
  if (path === '/health/primary') return forward.isHere()
  if (!path.startsWith('/api/v1/') || HERE.some((own) => path.startsWith(own)) || TYPING.test(path)) return false
  return isChange(request) || (path === '/api/v1/cluster' && forward.to() !== undefined)
}

/** The primary's answer; undefined when this core has become the primary meanwhile. */
async function send(
  request: FastifyRequest,
  { primary, clock }: HttpApiPorts,
  forward: ForwardPort,
): Promise<IncomingMessage | undefined> {
  const patienceMs = isChange(request) ? PRIMARY_WAIT_MS_MAX : 0
  const end = clock.monotonic() + patienceMs
  for (;;) {
    if (primary.isPrimary()) return undefined
    const to = forward.to()
    const connected = to === undefined ? undefined : await connect(request, to, forward.proof)
    if (connected) return exchange(request, connected)
    if (clock.monotonic() >= end) throw API_ERRORS['api.no-primary']()
    await new Promise<void>((resolve) => clock.after(PRIMARY_POLL_MS, resolve))
  }
}

/** A connection of its own for each request: on one that is kept, nobody knows whether a request that failed had arrived. */
function connect(request: FastifyRequest, to: string, proof: string): Promise<ClientRequest | undefined> {
  const { host, hostname, port } = new URL(to)
  const headers = { ...withoutHops(request.headers), host, 'x-forwarded-for': request.ip, [PROOF_HEADER]: proof }
  return new Promise((resolve) => {
    const out = httpRequest({ hostname, port, method: request.method, path: request.url, headers, agent: false })
    const failed = () => {
      out.destroy()
      resolve(undefined)
    }
    out.once('error', failed)
    out.setTimeout(CONNECT_MS_MAX, failed)
    out.once('socket', (socket) =>
      socket.once('connect', () => {
        out.removeListener('error', failed)
        out.setTimeout(0)
        out.removeListener('timeout', failed)
        resolve(out)
      }),
    )
  })
}

/** Sends the whole request and waits for the answer's head; from here on it may have been done. */
function exchange(request: FastifyRequest, out: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const unknown = (cause?: unknown) => {
      out.destroy()
      reject(API_ERRORS['api.outcome-unknown']({}, cause))
    }
    out.once('error', unknown)
    out.once('response', resolve)
    out.setTimeout(ANSWER_MS_MAX, () => unknown())
    request.raw.once('error', unknown)
    request.raw.pipe(out)
  })
}

function passBack(reply: FastifyReply, answer: IncomingMessage): void {
  reply.code(answer.statusCode ?? 502)
  for (const [name, value] of Object.entries(withoutHops(answer.headers)))
    if (value !== undefined) reply.header(name, value)
  reply.send(answer)
}

async function caughtUp(
  { centre, clock }: HttpApiPorts,
  sequence: number,
  waitMs: Millis = CATCH_UP_MS_MAX,
): Promise<void> {
  const end = clock.monotonic() + waitMs
  while (Number.isFinite(sequence) && centre.sequence() < sequence && clock.monotonic() < end)
    await new Promise<void>((resolve) => clock.after(PRIMARY_POLL_MS / 5, resolve))
}

function withoutHops<V>(headers: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name)))
}
