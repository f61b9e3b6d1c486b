import { z } from 'zod'
import { IdSchema, MailDeskSchema, MailForwardAnswerSchema, MailForwardInputSchema } from '#api/contract'
import type { Interaction, Message } from '#kernel/interaction'
import { API_ERRORS } from './errors.ts'
import {
  contentOf,
  deskOf,
  MAIL_BODY_BYTES_MAX,
  type Mails,
  openMail,
  readText,
  sendMail,
  storeText,
  writerOf,
} from './mail-desk.ts'
import { quoteOf } from './mail-quote.ts'
import type { Server } from './server-type.ts'
import { requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })

/** An agent passes a mail on to somebody else, with its files and pictures. Its draft is beside that of an answer: neither is lost for the other. */
export function addMailForwards(api: Server, mails: Mails): void {
  addForwardDraft(api, mails)
  api.post(
    '/interactions/:id/mail/forwards',
    {
      bodyLimit: MAIL_BODY_BYTES_MAX,
      schema: {
        summary: 'Pass a mail on, quoted under what you write; the same id again is the one that was sent',
        ...{ params: IdParams, body: MailForwardAnswerSchema, response: { 200: MailDeskSchema } },
      },
    },
    async (request) => {
      requirePrimary(mails.ports)
      const { interaction, user } = writerOf(mails, request)
      const line = lineOf(interaction, request.body.forwards)
      const content = await contentOf(mails, interaction, request.body)
      const html = line.mail?.html && (await readText(mails.ports, line.mail.html.hash))
      const quoted = quoteOf(line, html)
      const [text, formatted] = [await storeText(mails.ports, quoted.text), await storeText(mails.ports, quoted.html)]
      const forward = { line, quote: { text, html: formatted } }
      await sendMail(mails, { id: request.body.id, interaction, user, content, forward })
      return deskOf(mails, openMail(mails, interaction.id))
    },
  )
}

function addForwardDraft(api: Server, mails: Mails): void {
  const { ports, mail } = mails
  const path = '/interactions/:id/mail/forward'
  api.put(
    path,
    {
      bodyLimit: MAIL_BODY_BYTES_MAX,
      schema: {
        summary: 'Keep what you have typed so far of a mail that passes one on',
        ...{ params: IdParams, body: MailForwardInputSchema },
      },
    },
    async (request, reply) => {
      requirePrimary(ports)
      const { interaction, user } = writerOf(mails, request)
      const forwards = lineOf(interaction, request.body.forwards).id
      const content = await contentOf(mails, interaction, request.body)
      const draft = { interaction: interaction.id, user, forwards, ...content }
      await mail.submit([{ machine: 'mail', command: { type: 'SaveDraft', draft } }])
      return reply.code(204).send()
    },
  )
  api.delete(path, { schema: { summary: 'Pass nothing on after all', params: IdParams } }, async (request, reply) => {
    requirePrimary(ports)
    const { interaction } = writerOf(mails, request)
    const command = { type: 'DropDraft' as const, interaction: interaction.id, kind: 'forward' as const }
    await mail.submit([{ machine: 'mail', command }])
    return reply.code(204).send()
  })
}

function lineOf({ conversation }: Interaction, id: string): Message {
  const line = conversation?.messages.find((one) => one.id === id && one.mail)
  if (!line) throw API_ERRORS['api.no-such']({ what: 'mail', name: id })
  return line
}
