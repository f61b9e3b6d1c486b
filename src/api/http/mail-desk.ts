import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { MAIL_CHARS_MAX, type MailDeskView, type MailDraftView } from '#api/contract'
import type { MailAccount } from '#kernel/config'
import {
  fileBlobKey,
  type Interaction,
  isLive,
  type Message,
  type MessageFile,
  type StoredText,
} from '#kernel/interaction'
import {
  draftKey,
  MAIL_ERRORS,
  type MailContent,
  type MailDraft,
  type MailQuote,
  messageIdOf,
  replySubject,
} from '#kernel/mail'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts, MailPort } from './ports.ts'
import { askerOf } from './who.ts'

/** Twice a mail's text and HTML, escaped. */
export const MAIL_BODY_BYTES_MAX = MAIL_CHARS_MAX * 12

/** What routes of mails work with. */
export interface Mails {
  readonly ports: HttpApiPorts
  readonly mail: MailPort
  readonly conversations: Conversations
}

/** An open conversation by email; fails with a 404 when it is none. */
export function openMail({ ports }: Mails, id: string): Interaction {
  const open = ports.centre.state().interactions.get(id)
  if (open?.medium !== 'email') throw API_ERRORS['api.no-such']({ what: 'open email', name: id })
  return open
}

/** Who writes in an open conversation; fails unless it is an agent who has taken it. */
export function writerOf(mails: Mails, request: FastifyRequest<{ Params: { id: string } }>) {
  const interaction = openMail(mails, request.params.id)
  const user = askerOf(request).user.name
  const isParty = interaction.participants.some(
    (one) => one.user === user && isLive(one) && one.connection === 'connected',
  )
  if (!isParty) throw API_ERRORS['api.forbidden']({ action: 'answer a mail that you have not taken' })
  return { interaction, user }
}

/** The account that a conversation came by, and leaves by. */
export function accountOf({ ports }: Mails, { id, conversation }: Interaction): MailAccount {
  const name = conversation?.messages.findLast(({ mail }) => mail)?.mail?.account
  const account = name === undefined ? undefined : ports.centre.state().configuration['mail-accounts'].get(name)
  if (!account) throw MAIL_ERRORS['mail.no-account']({ interaction: id })
  return account
}

/** The mails that the customer wrote or was sent: what was passed on, and what came back to that, is no part of the thread. */
function threadOf({ conversation }: Interaction): readonly Message[] {
  return (conversation?.messages ?? []).filter(({ mail }) => mail && !mail.aside && mail.forwards === undefined)
}

/** What an agent needs to write. */
export function deskOf(mails: Mails, interaction: Interaction): MailDeskView {
  const state = mails.mail.state()
  const account = accountOf(mails, interaction)
  const thread = threadOf(interaction)
  const last = thread.findLast(({ by }) => by === 'customer') ?? thread.at(-1)
  const draft = state.drafts.get(draftKey(interaction.id, 'answer'))
  const forward = state.drafts.get(draftKey(interaction.id, 'forward'))
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
    forward: forward?.forwards === undefined ? null : { ...viewDraft(forward), forwards: forward.forwards },
    outgoing: [...state.outgoing.values()]
      .filter((one) => one.interaction === interaction.id && one.user !== undefined)
      .map(({ id, state: at, attempts, reason }) => ({ message: id, state: at, attempts, reason: reason ?? null })),
  }
}

function viewDraft({ to, cc = [], subject, text, html, files = [] }: MailDraft): MailDraftView {
  return { to: [...to], cc: [...cc], subject, text, html: html ?? null, files: [...files] }
}

/** What an agent has written, as the API is told it. */
export interface WrittenMail {
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly files: readonly { readonly hash: string; readonly name: string }[]
}

/** The same, with the files that it names. */
export async function contentOf(mails: Mails, interaction: Interaction, written: WrittenMail): Promise<MailContent> {
  const { to, cc, subject, text, html } = written
  const files = await filesOf(mails, interaction, written.files)
  return {
    ...{ to, subject, text },
    ...(cc.length > 0 && { cc }),
    ...(html !== null && html.trim() !== '' && { html }),
    ...(files.length > 0 && { files }),
  }
}

/** Files that came in the conversation go on as they came, whatever they are; all others are looked at as what an agent has uploaded. */
async function filesOf(
  { conversations }: Mails,
  { conversation }: Interaction,
  named: WrittenMail['files'],
): Promise<readonly MessageFile[]> {
  const here = new Map((conversation?.messages ?? []).flatMap(({ files = [] }) => files.map((one) => [one.hash, one])))
  const others = await conversations.filesOf(named.filter(({ hash }) => !here.has(hash)))
  const all = new Map([...here, ...others.map((one) => [one.hash, one] as const)])
  return named.flatMap(({ hash }) => all.get(hash) ?? [])
}

/** What leaves. */
export interface Sending {
  /** Of the message; the same again is the one that was sent. */
  readonly id: string
  readonly interaction: Interaction
  readonly user: string
  readonly content: MailContent
  /** What it passes on. */
  readonly forward?: { readonly line: Message; readonly quote: MailQuote }
}

/** The mail and the line of the conversation are one append: neither is there without the other. */
export async function sendMail(mails: Mails, { id, interaction, user, content, forward }: Sending): Promise<void> {
  const account = accountOf(mails, interaction)
  const messageId = messageIdOf(id, interaction.id, account.address)
  const { to, cc, subject, text, html, files } = content
  const stored = html === undefined ? undefined : await storeText(mails.ports, html)
  const head = { messageId, account: account.name, subject, from: account.address, to, ...(cc && { cc }) }
  const forwards = forward && { forwards: forward.line.id }
  await mails.mail.submit([
    {
      machine: 'centre',
      command: {
        ...{ type: 'SendMessage', interaction: interaction.id, message: id, user, text, ...(files && { files }) },
        mail: { ...head, ...(stored && { html: stored }), ...forwards },
      },
    },
    {
      machine: 'mail',
      command: {
        type: 'WriteMail',
        mail: {
          ...{ id, messageId, account: account.name, interaction: interaction.id, user, ...content },
          ...(forward ? { ...forwards, quote: forward.quote } : repliesTo(interaction)),
          ...(forward?.line.mail && { references: [forward.line.mail.messageId] }),
        },
      },
    },
  ])
}

/** The last mails of the thread, oldest first; RFC 5322 lets the list grow without end, and programs look at its end. */
const REFERENCES_MAX = 20

function repliesTo(interaction: Interaction): { readonly inReplyTo?: string; readonly references?: readonly string[] } {
  const references = threadOf(interaction)
    .map(({ mail }) => mail!.messageId)
    .slice(-REFERENCES_MAX)
  const inReplyTo = references.at(-1)
  return inReplyTo === undefined ? {} : { inReplyTo, references }
}

/** Puts text into the blobs, where every machine finds it. */
export async function storeText({ blobs }: HttpApiPorts, text: string): Promise<StoredText> {
  const content = Buffer.from(text)
  const hash = createHash('sha256').update(content).digest('hex')
  if (!(await blobs.stat(fileBlobKey(hash)))) await blobs.put(fileBlobKey(hash), content)
  return { hash, bytes: content.length }
}

/** Text that lies in the blobs; fails with a 404 when it is not there. */
export async function readText({ blobs }: Pick<HttpApiPorts, 'blobs'>, hash: string): Promise<string> {
  const found = await blobs.get(fileBlobKey(hash))
  if (!found) throw API_ERRORS['api.no-such']({ what: 'file', name: hash })
  const chunks: Buffer[] = []
  for await (const chunk of found.body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
