import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Rate, viewOver } from '#api/chats'
import { type ConversationView, IdSchema, TranscriptSchema } from '#api/contract'
import type { MailAccount } from '#kernel/config'
import { timeZoneOf } from '#kernel/config'
import { CONTENT_CHARS_MAX, MAIL_ERRORS, messageIdOf } from '#kernel/mail'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import { demandVisitor, slow } from './open-routes.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { requirePrimary } from './who.ts'

/** An office behind one address; a script that asks for more wants to write to others in our name. */
const ASKED_MAX = 10
/** Nobody has more chats a day whose text is worth a mail. */
const ADDRESS_MAX = 3
const ASKED_MS = 3_600_000
const ADDRESS_MS = 24 * 3_600_000

const IdParams = z.object({ id: IdSchema })

/**
 * A visitor asks for the text of a chat by mail (DIG-01), once it is over: it leaves by the account of the chat's queue, as any mail of ours,
 * once however often it is asked for. Only what an agent took part in is sent: nobody writes to strangers through us.
 */
export function addTranscriptRoute(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  const { mail, clock } = ports
  if (!mail) return
  const asked = new Rate(clock, ASKED_MAX, ASKED_MS)
  const addresses = new Rate(clock, ADDRESS_MAX, ADDRESS_MS)
  const schema = { summary: 'Have the text of a chat that is over sent to you', security: [], params: IdParams }
  api.post('/chats/:id/transcript', { schema: { ...schema, body: TranscriptSchema } }, async (request, reply) => {
    const { id } = request.params
    demandVisitor(ports, request, id)
    requirePrimary(ports)
    slow(asked, request.ip)
    const state = ports.centre.state()
    const open = state.interactions.get(id)
    if (open && open.phase.state !== 'wrapping-up') {
      throw API_ERRORS['api.unfitting']({ interaction: id, state: open.phase.state })
    }
    const view = viewOver(id, await conversations.messages(id), { state, reader: 'customer' })
    if (!view.messages.some(({ by }) => by === 'agent')) {
      throw API_ERRORS['api.unfitting']({ interaction: id, state: 'over' })
    }
    const queue = open
      ? 'queue' in open.phase
        ? open.phase.queue
        : undefined
      : (await ports.history.interaction(id))?.summary?.queue
    const account = accountOf(ports, id, queue ?? undefined)
    const to = request.body.email
    const outgoing = `transcript-${createHash('sha256').update(id).digest('hex').slice(0, 24)}`
    if (!mail.state().outgoing.has(outgoing)) slow(addresses, to.toLowerCase())
    await mail.submit([
      {
        machine: 'mail',
        command: {
          type: 'WriteMail',
          mail: {
            ...{ id: outgoing, messageId: messageIdOf(outgoing, id, account.address), account: account.name },
            ...{ interaction: id, asked: true, to: [to] },
            ...{
              subject: account.displayName ?? account.address,
              text: textOf(view, timeZoneOf(state.configuration.parameters)),
            },
          },
        },
      },
    ])
    return reply.code(202).send()
  })
}

/** The account whose mails wait in the chat's queue, else the first. */
function accountOf({ centre }: HttpApiPorts, interaction: string, queue: string | undefined): MailAccount {
  const accounts = [...centre.state().configuration['mail-accounts'].values()]
  const account = accounts.find((one) => one.queue === queue) ?? accounts[0]
  if (!account) throw MAIL_ERRORS['mail.no-account']({ interaction })
  return account
}

/** What people wrote, line by line, by the clock of the centre. The end of what is too long is kept: that is what was agreed. */
function textOf({ messages }: ConversationView, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const lines = messages.flatMap(({ at, by, name, text, files }) => {
    if (by === 'system') return []
    const what = [text, ...files.map((file) => `[${file.name}]`)].filter((part) => part !== '').join(' ')
    return [`${clock.format(new Date(at))} ${by === 'customer' ? '>' : `${name ?? ''}:`} ${what}`]
  })
  const text = lines.join('\n')
  return text.length > CONTENT_CHARS_MAX ? `…${text.slice(1 - CONTENT_CHARS_MAX)}` : text
}
