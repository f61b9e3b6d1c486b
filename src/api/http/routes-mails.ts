import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  IdSchema,
  MAIL_CHARS_MAX,
  MailAnswerSchema,
  MailDeskSchema,
  type MailDeskView,
  MailDraftInputSchema,
  type MailDraftView,
  MailFrameSchema,
} from '#api/contract'
import type { MailAccount } from '#kernel/config'
import { fileBlobKey, type Interaction, isLive, type Message } from '#kernel/interaction'
import { MAIL_ERRORS, type MailContent, type MailDraft, messageIdOf, replySubject } from '#kernel/mail'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import { frameDocument, framePolicy } from './mail-frame.ts'
import type { HttpApiPorts, MailPort } from './ports.ts'
import { mayReadConversation } from './routes-conversations.ts'
import type { Server } from './server-type.ts'
import { askerOf, requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })
const MessageParams = z.object({ id: IdSchema, message: z.string().min(1).max(100) })
const TicketParams = z.object({ ticket: z.string().max(500) })
const FrameQuery = z.strictObject({ pictures: z.enum(['true', 'false']).default('false') })

/** Twice a mail's text and HTML, escaped. */
const BODY_BYTES_MAX = MAIL_CHARS_MAX * 12

interface Mails {
  readonly ports: HttpApiPorts
  readonly mail: MailPort
  readonly conversations: Conversations
}

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
  addFrames(api, mails)
}

function addWriting(api: Server, mails: Mails): void {
  const { ports, mail, conversations } = mails
  api.put(
    '/interactions/:id/mail/draft',
    {
      bodyLimit: BODY_BYTES_MAX,
      schema: { summary: 'Keep what you have typed so far', params: IdParams, body: MailDraftInputSchema },
    },
    async (request, reply) => {
      requirePrimary(ports)
      const { interaction, user } = writerOf(mails, request)
      const content = await contentOf(conversations, request.body)
      const draft = { interaction: interaction.id, user, ...content }
      await mail.submit([{ machine: 'mail', command: { type: 'SaveDraft', draft } }])
      return reply.code(204).send()
    },
  )
  api.post(
    '/interactions/:id/mail/answers',
    {
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        summary: 'Send a mail; the same id again is the one that was sent',
        ...{ params: IdParams, body: MailAnswerSchema, response: { 200: MailDeskSchema } },
      },
    },
    async (request) => {
      requirePrimary(ports)
      const { interaction, user } = writerOf(mails, request)
      const content = await contentOf(conversations, request.body)
      await send(mails, { id: request.body.id, interaction, user, content })
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
      const found = await blobs.get(fileBlobKey(hash))
      if (!found) throw API_ERRORS['api.no-such']({ what: 'file', name: hash })
      const chunks: Buffer[] = []
      for await (const chunk of found.body) chunks.push(chunk as Buffer)
      return reply
        .header('content-security-policy', framePolicy(request.query.pictures === 'true'))
        .header('x-frame-options', 'SAMEORIGIN')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(frameDocument(Buffer.concat(chunks).toString('utf8')))
    },
  )
}

/** An open conversation by email; fails with a 404 when it is none. */
function openMail({ ports }: Mails, id: string): Interaction {
  const open = ports.centre.state().interactions.get(id)
  if (open?.medium !== 'email') throw API_ERRORS['api.no-such']({ what: 'open email', name: id })
  return open
}

function writerOf(mails: Mails, request: FastifyRequest<{ Params: { id: string } }>) {
  const interaction = openMail(mails, request.params.id)
  const user = askerOf(request).user.name
  const isParty = interaction.participants.some(
    (one) => one.user === user && isLive(one) && one.connection === 'connected',
  )
  if (!isParty) throw API_ERRORS['api.forbidden']({ action: 'answer a mail that you have not taken' })
  return { interaction, user }
}

function accountOf({ ports }: Mails, { id, conversation }: Interaction): MailAccount {
  const name = conversation?.messages.findLast(({ mail }) => mail)?.mail?.account
  const account = name === undefined ? undefined : ports.centre.state().configuration['mail-accounts'].get(name)
  if (!account) throw MAIL_ERRORS['mail.no-account']({ interaction: id })
  return account
}

function lastOf({ conversation }: Interaction, by: 'customer' | 'any'): Message | undefined {
  return conversation?.messages.findLast((one) => one.mail && (by === 'any' || one.by === 'customer'))
}

function deskOf(mails: Mails, interaction: Interaction): MailDeskView {
  const state = mails.mail.state()
  const account = accountOf(mails, interaction)
  const last = lastOf(interaction, 'customer') ?? lastOf(interaction, 'any')
  const draft = state.drafts.get(interaction.id)
  return {
    account: account.name,
    address: account.address,
    signature: account.signature ?? null,
    answer: {
      to: [interaction.from].filter((one) => one !== ''),
      cc: (last?.mail?.cc ?? []).filter((one) => one !== account.address.toLowerCase()),
      subject: replySubject(last?.mail?.subject ?? interaction.subject ?? ''),
    },
    draft: draft ? viewDraft(draft) : null,
    outgoing: [...state.outgoing.values()]
      .filter((one) => one.interaction === interaction.id && one.user !== undefined)
      .map(({ id, state: at, attempts, reason }) => ({ message: id, state: at, attempts, reason: reason ?? null })),
  }
}

function viewDraft({ to, cc = [], subject, text, html, files = [] }: MailDraft): MailDraftView {
  return { to: [...to], cc: [...cc], subject, text, html: html ?? null, files: [...files] }
}

async function contentOf(
  conversations: Conversations,
  { to, cc, subject, text, html, files: named }: z.infer<typeof MailDraftInputSchema>,
): Promise<MailContent> {
  const files = await conversations.filesOf(named)
  return {
    ...{ to, subject, text },
    ...(cc.length > 0 && { cc }),
    ...(html !== null && html.trim() !== '' && { html }),
    ...(files.length > 0 && { files }),
  }
}

interface Sending {
  readonly id: string
  readonly interaction: Interaction
  readonly user: string
  readonly content: MailContent
}

/** The mail and the line of the conversation are one append: neither is there without the other. */
async function send(mails: Mails, { id, interaction, user, content }: Sending): Promise<void> {
  const account = accountOf(mails, interaction)
  const last = lastOf(interaction, 'any')?.mail
  const messageId = messageIdOf(id, interaction.id, account.address)
  const { to, cc, subject, text, html, files } = content
  const stored = html === undefined ? undefined : await store(mails.ports, html)
  const head = { messageId, account: account.name, subject, from: account.address, to, ...(cc && { cc }) }
  await mails.mail.submit([
    {
      machine: 'centre',
      command: {
        ...{ type: 'SendMessage', interaction: interaction.id, message: id, user, text, ...(files && { files }) },
        mail: { ...head, ...(stored && { html: stored }) },
      },
    },
    {
      machine: 'mail',
      command: {
        type: 'WriteMail',
        mail: {
          ...{ id, messageId, account: account.name, interaction: interaction.id, user, ...content },
          ...(last && { inReplyTo: last.messageId, references: referencesOf(interaction) }),
        },
      },
    },
  ])
}

/** The last mails of the thread, oldest first; RFC 5322 lets the list grow without end, and programs look at its end. */
const REFERENCES_MAX = 20

function referencesOf({ conversation }: Interaction): readonly string[] {
  return (conversation?.messages ?? []).flatMap(({ mail }) => (mail ? [mail.messageId] : [])).slice(-REFERENCES_MAX)
}

async function store({ blobs }: HttpApiPorts, html: string): Promise<{ hash: string; bytes: number }> {
  const content = Buffer.from(html)
  const hash = createHash('sha256').update(content).digest('hex')
  if (!(await blobs.stat(fileBlobKey(hash)))) await blobs.put(fileBlobKey(hash), content)
  return { hash, bytes: content.length }
}
