import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  IdSchema,
  MailboxSchema,
  VoiceMarkSchema,
  VoiceMessageSchema,
  VoiceMessagesQuerySchema,
  VoiceMessagesSchema,
} from '#api/contract'
import { opensMailbox, ownsMailbox, viewMailbox, viewVoiceMessage } from '#api/live'
import { MAILBOX_ERRORS, type MailboxState, messagesOf, type VoiceMessage, voiceMessage } from '#kernel/mailbox'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })

/** What callers said for a user or a queue (VML-05). A mailbox is open to its owners and to whoever sees the work of others: nobody else is told that it exists. */
export function addMailboxRoutes(api: Server, ports: HttpApiPorts): void {
  const { centre } = ports
  const boxes = {
    summary: 'Mailboxes with messages in them: your own, those of the queues that you serve, or all',
    response: { 200: z.array(MailboxSchema) },
  }
  api.get('/mailboxes', { schema: boxes }, async (request) => {
    const { mailboxes } = centre.state()
    return opened(ports, request).map((name) => viewMailbox(mailboxes, name))
  })
  const list = {
    summary: 'Voice messages, newest first',
    querystring: VoiceMessagesQuerySchema,
    response: { 200: VoiceMessagesSchema },
  }
  api.get('/voice-messages', { schema: list }, async (request) => {
    const state = centre.state()
    const { mailbox, limit, after } = request.query
    const names = mailbox === undefined ? owned(ports, request) : [demandOpen(ports, request, mailbox)]
    const found = newestFirst(state.mailboxes, names, after)
    const items = found.slice(0, limit)
    return {
      items: items.map((message) => viewVoiceMessage(state, message)),
      next: found.length > limit ? cursorOf(items.at(-1)!) : null,
    }
  })
  const mark = {
    summary: 'Mark a voice message as heard or unheard, remove it, or take that back',
    params: IdParams,
    body: VoiceMarkSchema,
    response: { 200: VoiceMessageSchema },
  }
  api.post('/voice-messages/:id/mark', { schema: mark }, async (request) => {
    requirePrimary(ports)
    const { id } = request.params
    demandMessage(ports, request, id)
    await centre.submit([
      { type: 'MarkVoiceMessage', message: id, by: askerOf(request).user.name, as: request.body.as },
    ])
    return viewVoiceMessage(centre.state(), demandMessage(ports, request, id))
  })
}

/** Whether a recording is a message in a mailbox of whoever asks: such a one is heard without the right to hear calls. */
export function isOwnMessage({ centre }: HttpApiPorts, request: FastifyRequest, recording: string): boolean {
  const { mailboxes, configuration } = centre.state()
  const message = voiceMessage(mailboxes, recording)
  return message !== undefined && ownsMailbox(configuration, askerOf(request).user, message.mailbox)
}

function opened({ centre }: HttpApiPorts, request: FastifyRequest): string[] {
  const { mailboxes, configuration } = centre.state()
  return [...mailboxes.mailboxes.keys()].filter((name) => opensMailbox(configuration, askerOf(request), name)).sort()
}

function owned({ centre }: HttpApiPorts, request: FastifyRequest): string[] {
  const { mailboxes, configuration } = centre.state()
  return [...mailboxes.mailboxes.keys()].filter((name) => ownsMailbox(configuration, askerOf(request).user, name))
}

function demandOpen({ centre }: HttpApiPorts, request: FastifyRequest, mailbox: string): string {
  const { users, queues } = centre.state().configuration
  const isThere = users.has(mailbox) || queues.has(mailbox) || centre.state().mailboxes.mailboxes.has(mailbox)
  if (!isThere || !opensMailbox(centre.state().configuration, askerOf(request), mailbox))
    throw MAILBOX_ERRORS['mailbox.unknown']({ mailbox })
  return mailbox
}

function demandMessage({ centre }: HttpApiPorts, request: FastifyRequest, id: string): VoiceMessage {
  const { mailboxes, configuration } = centre.state()
  const message = voiceMessage(mailboxes, id)
  if (!message || !opensMailbox(configuration, askerOf(request), message.mailbox))
    throw MAILBOX_ERRORS['mailbox.unknown-message']({ message: id })
  return message
}

/** Where a page goes on: a message by its moment and id, so that the place is known when it is there no more. */
const cursorOf = ({ at, id }: VoiceMessage): string => `${at}.${id}`

function newestFirst(state: MailboxState, names: readonly string[], after?: string): readonly VoiceMessage[] {
  const all = names.flatMap((name) => messagesOf(state, name)).filter(({ removed }) => !removed)
  all.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
  if (after === undefined) return all
  const at = Number(after.slice(0, after.indexOf('.')))
  const id = after.slice(after.indexOf('.') + 1)
  return all.filter((message) => message.at < at || (message.at === at && message.id > id))
}
