import { z } from 'zod'
import { IdSchema, NameSchema } from '#api/contract'
import { isLive } from '#kernel/interaction'
import { PARTS_OUT_MAX, SMS_ERRORS, textParts } from '#kernel/sms'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts, SmsPort } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, requirePrimary } from './who.ts'

/** More than a text of 32,000 characters takes, however it is escaped. */
const CALL_BYTES_MAX = 256 * 1024

const AccountParams = z.object({ account: NameSchema })
const MessageParams = z.object({ id: IdSchema, message: z.string().min(1).max(100) })

/** What is asked when a provider shall come again: soon, and not at once. */
const LATER_SECONDS = 5

/** Where a provider posts texts of customers and what became of ours; nobody is logged in here, and the signature alone counts. */
export function addTextCalls(api: Server, ports: HttpApiPorts): void {
  const { sms } = ports
  if (!sms) return
  api.register(async (open) => {
    // What is signed is the text as it came.
    open.removeAllContentTypeParsers()
    open.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body))
    const inner = open as Server
    inner.post(
      '/texts/:account',
      {
        bodyLimit: CALL_BYTES_MAX,
        schema: {
          summary: 'A provider of text messages tells of a text, or of a delivery; signed as Standard Webhooks has it',
          ...{ security: [], params: AccountParams },
        },
      },
      async (request, reply) => {
        requirePrimary(ports)
        const body = typeof request.body === 'string' ? request.body : ''
        const taken = await sms.receive(request.params.account, { body, headers: request.headers })
        if (taken === 'later') throw API_ERRORS['api.too-fast']({ seconds: LATER_SECONDS })
        return reply.code(204).send()
      },
    )
  })
}

/** What an agent does with a text that may not have arrived. */
export function addTextRoutes(api: Server, ports: HttpApiPorts): void {
  const { sms } = ports
  if (!sms) return
  api.post(
    '/interactions/:id/conversation/messages/:message/resend',
    { schema: { summary: 'Send a text message again that may not have arrived', params: MessageParams } },
    async (request, reply) => {
      requirePrimary(ports)
      const { id, message } = request.params
      const user = askerOf(request).user.name
      const open = ports.centre.state().interactions.get(id)
      const text = sms.state().outgoing.get(message)
      if (!open || text?.interaction !== id) throw API_ERRORS['api.no-such']({ what: 'text message', name: message })
      if (!open.participants.some((one) => one.user === user && isLive(one) && one.connection === 'connected')) {
        throw API_ERRORS['api.forbidden']({ action: 'send texts of a conversation that you have not taken' })
      }
      await sms.submit([{ machine: 'sms', command: { type: 'ResendText', text: message } }])
      return reply.code(204).send()
    },
  )
}

/** A line that an agent writes. */
export interface AgentLine {
  readonly interaction: string
  readonly message: string
  readonly user: string
  readonly text: string
  readonly files: readonly unknown[]
}

/** The line of the conversation and the text that leaves are one append: neither is there without the other. */
export async function sendText(
  { centre }: Pick<HttpApiPorts, 'centre'>,
  sms: SmsPort,
  { interaction, message, user, text, files }: AgentLine,
): Promise<void> {
  const party = sms.state().parties.get(interaction)
  const account = party && centre.state().configuration['sms-accounts'].get(party.account)
  if (!party || !account) throw SMS_ERRORS['sms.no-account']({ interaction })
  if (files.length > 0) throw SMS_ERRORS['sms.no-files']()
  const { parts } = textParts(text)
  if (parts.length > PARTS_OUT_MAX) throw SMS_ERRORS['sms.too-long']({ parts: parts.length, most: PARTS_OUT_MAX })
  await sms.submit([
    { machine: 'centre', command: { type: 'SendMessage', interaction, message, user, text } },
    {
      machine: 'sms',
      // A provider that is reached by HTTP divides texts itself.
      command: {
        type: 'WriteText',
        text: { ...party, id: message, interaction, user, parts: account.smpp ? parts : [text] },
      },
    },
  ])
}
