import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Rate } from '#api/chats'
import type { NewInteractionSchema } from '#api/contract'
import type { CentreCommand } from '#kernel/centre'
import type { Configuration, MailAccount } from '#kernel/config'
import { type Interaction, type MessageFile, queueOf } from '#kernel/interaction'
import { faxAddress, MAIL_ERRORS, messageIdOf } from '#kernel/mail'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import { slow } from './open-routes.ts'
import type { HttpApiPorts, MailPort } from './ports.ts'
import type { AgentLine } from './routes-texts.ts'
import { askerOf, demand } from './who.ts'

/** What a fax is written in; gateways make pages of these two. */
const DOCUMENT_TYPES: ReadonlySet<string> = new Set(['application/pdf', 'image/tiff'])

type NewFax = Extract<z.infer<typeof NewInteractionSchema>, { type: 'fax' }>
type ReceivedFax = Extract<z.infer<typeof NewInteractionSchema>, { type: 'received-fax' }>
type FaxAccount = MailAccount & Required<Pick<MailAccount, 'fax'>>

/** What sending faxes takes. */
export type FaxPorts = Pick<HttpApiPorts, 'centre'> & { readonly mail: MailPort }

/** A line of an agent with a document: the line and the fax that leaves are one append. */
export async function sendFax(ports: FaxPorts, line: AgentLine & { readonly files: readonly MessageFile[] }) {
  const { interaction } = line
  const open = ports.centre.state().interactions.get(interaction)
  const account = open && accountOf(ports.centre.state().configuration, open)
  if (!open || !account) throw MAIL_ERRORS['mail.no-fax-account']({ interaction })
  const number = open.direction === 'outbound' ? open.to : open.from
  await ports.mail.submit(leaving(account, number, line))
}

/** An agent, or a process as one, sends a fax first: the contact, its first line and what leaves are one append. */
export async function beginFax(
  ports: FaxPorts & { readonly conversations: Conversations },
  request: FastifyRequest,
  { account: name, to: number, text, documents }: NewFax,
  begun: { readonly interaction: string; readonly rate: Rate },
): Promise<void> {
  const { interaction } = begun
  const user = askerOf(request).user.name
  demand(request, 'write-outside')
  const account = ports.centre.state().configuration['mail-accounts'].get(name)
  if (!account || !isFax(account)) {
    throw API_ERRORS['api.invalid']({ path: '/account', problem: 'there is no such account of a fax gateway' })
  }
  const files = await ports.conversations.filesOf(documents)
  const line = { interaction, message: `begun-${interaction}`, user, text, files }
  const leaves = leaving(account, number, line)
  slow(begun.rate, user)
  await ports.mail.submit([
    {
      machine: 'centre',
      command: {
        ...{ type: 'BeginContact', interaction, medium: 'fax', user },
        ...{ from: account.address, to: number, queue: account.queue },
      },
    },
    ...leaves,
  ])
}

/** A fax that a process has taken, as it comes into its queue. */
export function receivedFax(
  { from, queue, documents: _, subject, priority, customer }: ReceivedFax,
  interaction: string,
  files: readonly MessageFile[],
): readonly CentreCommand[] {
  demandDocument(files)
  return [
    {
      ...{ type: 'CreateContact', interaction, medium: 'fax', from, queue },
      ...(subject !== undefined && { subject }),
      ...(priority !== undefined && { priority }),
      ...(customer !== undefined && { customer }),
    },
    { type: 'SendMessage', interaction, message: `fax-${interaction}`, text: '', files },
  ]
}

function leaving(
  account: FaxAccount,
  number: string,
  { interaction, message, user, text, files }: AgentLine & { readonly files: readonly MessageFile[] },
): Parameters<MailPort['submit']>[0] {
  demandDocument(files)
  const to = [faxAddress(account.fax, number)]
  const subject = `Fax ${number}`
  const messageId = messageIdOf(message, interaction, account.address)
  const head = { messageId, account: account.name, subject, from: account.address, to }
  return [
    { machine: 'centre', command: { type: 'SendMessage', interaction, message, user, text, files, mail: head } },
    {
      machine: 'mail',
      command: {
        type: 'WriteMail',
        mail: { id: message, messageId, account: account.name, interaction, user, to, subject, text, files },
      },
    },
  ]
}

/** Every file of a fax becomes pages. */
function demandDocument(files: readonly MessageFile[]): void {
  const isWhole = files.length > 0 && files.every(({ type }) => DOCUMENT_TYPES.has(type))
  if (!isWhole) throw MAIL_ERRORS['mail.fax-document']()
}

function isFax(account: MailAccount): account is FaxAccount {
  return account.fax !== undefined
}

/** By which account a fax is answered: the one that it came to or left from, else that of its queue, else the only one. */
function accountOf(configuration: Configuration, interaction: Interaction): FaxAccount | undefined {
  const faxes = [...configuration['mail-accounts'].values()].filter(isFax)
  const named = interaction.conversation?.messages.findLast(({ mail }) => mail)?.mail?.account
  const queue = queueOf(interaction)
  const own = faxes.find(({ name }) => name === named) ?? faxes.find((one) => one.queue === queue)
  return own ?? (faxes.length === 1 ? faxes[0] : undefined)
}
