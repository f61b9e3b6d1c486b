import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Reader } from '#api/chats'
import {
  ConversationQuerySchema,
  ConversationSchema,
  FILE_BYTES_MAX,
  IdSchema,
  MessageFileSchema,
  NewMessageSchema,
  ReadSchema,
} from '#api/contract'
import type { Conversations } from './conversations.ts'
import type { HttpApiPorts } from './ports.ts'
import { sendText } from './routes-texts.ts'
import { sendFax } from './send-fax.ts'
import type { Server } from './server-type.ts'
import { askAgain, requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })
const FileParams = z.object({ id: IdSchema, hash: z.string().regex(/^[0-9a-f]{64}$/) })
const FileQuery = z.strictObject({ name: z.string().min(1).max(200) })
const TypingSchema = z.strictObject({ typing: z.boolean() })

/** What a side does that is limited in how often. */
export type Deed = 'write' | 'read' | 'upload'

/** Whose side of a conversation routes are: the visitor's or the agents'. Both have the same. */
export interface ConversationSide {
  /** Where they stand, with `:id`. */
  readonly path: string
  readonly reader: Reader
  /** No log-in counts here. */
  readonly open?: boolean
  /** Fails unless whoever asks may read the conversation. */
  may(request: FastifyRequest, id: string): Promise<void> | void
  /** The agent who asks; undefined for a visitor. */
  userOf(request: FastifyRequest): string | undefined
  /** Fails when there is too much of it. */
  slow?(deed: Deed, id: string): void
}

/** The routes of one side: reading, following, writing, files. */
export function addConversationSide(
  api: Server,
  ports: HttpApiPorts,
  conversations: Conversations,
  side: ConversationSide,
): void {
  const routes = { api, ports, conversations, side, security: side.open ? { security: [] } : {} }
  addReading(routes)
  addWriting(routes)
  addSigns(routes)
  addFiles(routes)
}

interface Routes {
  readonly api: Server
  readonly ports: HttpApiPorts
  readonly conversations: Conversations
  readonly side: ConversationSide
  readonly security: object
}

function addReading({ api, ports, conversations, side, security }: Routes): void {
  const { path, reader } = side
  const querystring = ConversationQuerySchema
  api.get(
    path,
    {
      schema: {
        ...{ summary: 'What was written', ...security, params: IdParams, querystring },
        response: { 200: ConversationSchema },
      },
    },
    async (request) => {
      await side.may(request, request.params.id)
      return conversations.view(request.params.id, reader, request.query.after)
    },
  )
  api.get(
    `${path}/stream`,
    {
      schema: {
        summary:
          'What is written, as it is written: server-sent events, each a conversation with the lines that are new',
        ...{ ...security, params: IdParams, querystring },
      },
    },
    async (request, reply) => {
      await side.may(request, request.params.id)
      const { id } = request.params
      // A visitor's token opens this conversation for as long as it is good.
      const check = (): Promise<void> | void => {
        askAgain(request, ports)
        return side.may(request, id)
      }
      return conversations.stream(reply, { id, reader, after: request.query.after, ...(!side.open && { check }) })
    },
  )
}

function addWriting({ api, ports, conversations, side, security }: Routes): void {
  api.post(
    `${side.path}/messages`,
    {
      schema: {
        summary: 'Write; the same message again is the one that stands there',
        ...{ ...security, params: IdParams, body: NewMessageSchema, response: { 200: ConversationSchema } },
      },
    },
    async (request) => {
      const { id } = request.params
      await side.may(request, id)
      requirePrimary(ports)
      side.slow?.('write', id)
      const { id: message, text, files: named } = request.body
      const user = side.userOf(request)
      const files = await conversations.filesOf(named)
      const line = { interaction: id, message, text, files, ...(user === undefined ? {} : { user }) }
      const medium = user === undefined ? undefined : ports.centre.state().interactions.get(id)?.medium
      const { centre, sms, mail } = ports
      if (medium === 'sms' && user !== undefined && sms) await sendText(ports, sms, { ...line, user })
      else if (medium === 'fax' && user !== undefined && mail) await sendFax({ centre, mail }, { ...line, user })
      else await ports.centre.submit([{ type: 'SendMessage', ...line }])
      return conversations.view(id, side.reader, message)
    },
  )
}

/** That somebody has read, and that somebody is writing. */
function addSigns({ api, ports, conversations, side, security }: Routes): void {
  api.post(
    `${side.path}/read`,
    { schema: { summary: 'Say how far you have read', ...security, params: IdParams, body: ReadSchema } },
    async (request, reply) => {
      const { id } = request.params
      await side.may(request, id)
      requirePrimary(ports)
      side.slow?.('read', id)
      const user = side.userOf(request)
      const read = { interaction: id, message: request.body.message, ...(user === undefined ? {} : { user }) }
      await ports.centre.submit([{ type: 'ReadMessages', ...read }])
      return reply.code(204).send()
    },
  )
  api.post(
    `${side.path}/typing`,
    {
      schema: {
        summary: 'Say that you are writing, or not any more',
        ...security,
        params: IdParams,
        body: TypingSchema,
      },
    },
    async (request, reply) => {
      await side.may(request, request.params.id)
      conversations.hub.type(request.params.id, side.reader, request.body.typing)
      return reply.code(204).send()
    },
  )
}

function addFiles({ api, ports, conversations, side, security }: Routes): void {
  // A file comes as it is: no form, no encoding.
  api.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  api.post(
    `${side.path}/files`,
    {
      bodyLimit: FILE_BYTES_MAX,
      schema: {
        summary: 'Upload a file as application/octet-stream, to send it with a message',
        ...{ ...security, params: IdParams, querystring: FileQuery, response: { 201: MessageFileSchema } },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await side.may(request, id)
      requirePrimary(ports)
      conversations.demandOpen(id)
      side.slow?.('upload', id)
      reply.code(201)
      return conversations.putFile(request.body as Buffer, request.query.name)
    },
  )
  api.get(
    `${side.path}/files/:hash`,
    { schema: { summary: 'A file of the conversation', ...security, params: FileParams } },
    async (request, reply) => {
      await side.may(request, request.params.id)
      return conversations.sendFile(reply, request.params.id, request.params.hash)
    },
  )
}
