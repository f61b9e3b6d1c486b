import { z } from 'zod'
import { IdSchema, MailAnswerSchema, MailDeskSchema, MailDraftInputSchema, MailFrameSchema } from '#api/contract'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import {
  contentOf,
  deskOf,
  MAIL_BODY_BYTES_MAX,
  type Mails,
  openMail,
  readText,
  sendMail,
  writerOf,
} from './mail-desk.ts'
import { frameDocument, framePolicy } from './mail-frame.ts'
import type { HttpApiPorts } from './ports.ts'
import { mayReadConversation } from './routes-conversations.ts'
import { addMailForwards } from './routes-mail-forwards.ts'
import type { Server } from './server-type.ts'
import { requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })
const MessageParams = z.object({ id: IdSchema, message: z.string().min(1).max(100) })
const TicketParams = z.object({ ticket: z.string().max(500) })
const FrameQuery = z.strictObject({ pictures: z.enum(['true', 'false']).default('false') })

/** The side of an agent who answers mails (DIG-08): what there is to answer, the draft as it is typed, and the answer. */
export function addMailRoutes(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  const { mail } = ports
  if (!mail) return
  const mails = { ports, mail, conversations }
  api.get(
    '/interactions/:id/mail',
    { schema: { summary: 'What there is to answer', params: IdParams, response: { 200: MailDeskSchema } } },
    async (request) => {
      await mayReadConversation(ports, request, request.params.id)
      return deskOf(mails, openMail(mails, request.params.id))
    },
  )
  addWriting(api, mails)
  addMailForwards(api, mails)
  addFrames(api, mails)
}

function addWriting(api: Server, mails: Mails): void {
  const { ports, mail } = mails
  api.put(
    '/interactions/:id/mail/draft',
    {
      bodyLimit: MAIL_BODY_BYTES_MAX,
      schema: { summary: 'Keep what you have typed so far', params: IdParams, body: MailDraftInputSchema },
    },
    async (request, reply) => {
      requirePrimary(ports)
      const { interaction, user } = writerOf(mails, request)
      const content = await contentOf(mails, interaction, request.body)
      const draft = { interaction: interaction.id, user, ...content }
      await mail.submit([{ machine: 'mail', command: { type: 'SaveDraft', draft } }])
      return reply.code(204).send()
    },
  )
  api.post(
    '/interactions/:id/mail/answers',
    {
      bodyLimit: MAIL_BODY_BYTES_MAX,
      schema: {
        summary: 'Send a mail; the same id again is the one that was sent',
        ...{ params: IdParams, body: MailAnswerSchema, response: { 200: MailDeskSchema } },
      },
    },
    async (request) => {
      requirePrimary(ports)
      const { interaction, user } = writerOf(mails, request)
      const content = await contentOf(mails, interaction, request.body)
      await sendMail(mails, { id: request.body.id, interaction, user, content })
      return deskOf(mails, openMail(mails, interaction.id))
    },
  )
}

/** The formatted text of a mail stands in a frame of its own, which a ticket opens: a frame carries no token. */
function addFrames(api: Server, { ports, conversations }: Mails): void {
  api.post(
    '/interactions/:id/mail/messages/:message/frame',
    {
      schema: {
        summary: 'Where the formatted text of a mail is shown, for a minute',
        ...{ params: MessageParams, response: { 200: MailFrameSchema } },
      },
    },
    async (request) => {
      const { id, message } = request.params
      await mayReadConversation(ports, request, id)
      const html = (await conversations.messages(id)).find((one) => one.id === message)?.mail?.html
      if (!html) throw API_ERRORS['api.no-such']({ what: 'formatted text of', name: message })
      return { url: `/api/v1/mail-frames/${ports.tokens.issueFrame(html.hash)}` }
    },
  )
}

/** What a ticket opens; nobody is logged in here. */
export function addMailFrames(api: Server, { blobs, tokens }: HttpApiPorts): void {
  api.get(
    '/mail-frames/:ticket',
    { schema: { hide: true, params: TicketParams, querystring: FrameQuery } as const },
    async (request, reply) => {
      const hash = tokens.verifyFrame(request.params.ticket)
      const html = await readText({ blobs }, hash)
      return reply
        .header('content-security-policy', framePolicy(request.query.pictures === 'true'))
        .header('x-frame-options', 'SAMEORIGIN')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(frameDocument(html))
    },
  )
}
