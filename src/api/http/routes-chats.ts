import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Rate } from '#api/chats'
import { ChatBegunSchema, IdSchema, NewChatSchema } from '#api/contract'
import { addConversationSide, type Deed } from './conversation-side.ts'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import { demandVisitor, letOthersAsk, slow } from './open-routes.ts'
import type { HttpApiPorts } from './ports.ts'
import { addTranscriptRoute } from './routes-transcripts.ts'
import type { Server } from './server-type.ts'
import { requirePrimary } from './who.ts'

/** An office or a school behind one address may chat at once; a script that opens more is slowed. */
const CHATS_MAX = 30
const CHATS_WITHIN_MS = 60_000

/** Nobody types, reads or uploads faster; what comes faster is a loop. */
const DEEDS: Readonly<Record<Deed, { readonly max: number; readonly withinMs: number }>> = {
  write: { max: 20, withinMs: 20_000 },
  read: { max: 40, withinMs: 20_000 },
  upload: { max: 20, withinMs: 120_000 },
}

const IdParams = z.object({ id: IdSchema })

/**
 * The side of a visitor of the website (DIG-01, DIG-16): nobody is logged in here. A chat is opened by its own token alone, which the visitor's
 * page gets for a key that it made; any website may ask, as no cookie and no log-in of the browser counts.
 */
export function addChatRoutes(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  letOthersAsk(api, '/chats')
  addBeginning(api, ports)
  const visitor = (request: FastifyRequest, id: string): void => demandVisitor(ports, request, id)
  const rates = new Map(
    Object.entries(DEEDS).map(([deed, { max, withinMs }]) => [deed, new Rate(ports.clock, max, withinMs)]),
  )
  addConversationSide(api, ports, conversations, {
    path: '/chats/:id',
    reader: 'customer',
    open: true,
    may: visitor,
    userOf: () => undefined,
    slow: (deed, id) => slow(rates.get(deed)!, id),
  })
  addTranscriptRoute(api, ports, conversations)
  api.post(
    '/chats/:id/end',
    { schema: { summary: 'Leave the chat', security: [], params: IdParams } },
    async (request, reply) => {
      visitor(request, request.params.id)
      requirePrimary(ports)
      await ports.centre.submit([{ type: 'Leave', interaction: request.params.id }])
      return reply.code(204).send()
    },
  )
}

function addBeginning(api: Server, ports: HttpApiPorts): void {
  const { centre, tokens, clock } = ports
  const begun = new Rate(clock, CHATS_MAX, CHATS_WITHIN_MS)
  const schema = { summary: 'Begin a chat as a visitor', security: [], body: NewChatSchema }
  api.post('/chats', { schema: { ...schema, response: { 201: ChatBegunSchema } } }, async (request, reply) => {
    const { key, queue, name, email, subject } = request.body
    requirePrimary(ports)
    slow(begun, request.ip)
    if (!centre.state().configuration.queues.get(queue)?.visitors) throw API_ERRORS['api.no-chats']({ queue })
    const id = chatId(key)
    await centre.submit([
      {
        ...({ type: 'CreateContact', interaction: id, medium: 'chat', queue } as const),
        from: email ?? name ?? '',
        ...(subject === undefined ? {} : { subject }),
        ...(email === undefined ? {} : { customer: email }),
      },
    ])
    reply.code(201).header('cache-control', 'no-store')
    return { id, token: tokens.issueVisitor(id) }
  })
}

/** The same key is the same chat, and nobody who sees the chat learns the key. */
function chatId(key: string): string {
  return `ix-${createHash('sha256').update(`chat ${key}`).digest('hex').slice(0, 24)}`
}
