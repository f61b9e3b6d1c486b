import { createHash } from 'node:crypto'
import type { MailAccount } from '#kernel/config'
import { fileBlobKey, type Interaction, type MessageFile, type MessageMail } from '#kernel/interaction'
import { knownKey, type MailState, messageIdOf, type OutgoingMail, replySubject, threadOf } from '#kernel/mail'
import type { AdapterCommand, MailContext } from './context.ts'
import type { ReadMail } from './read-mail.ts'
import { faxOf, type TakenFax } from './take-fax.ts'

/** Where a mail lies. */
export interface MailPlace {
  readonly uidValidity: string
  readonly uid: number
  /** The server's own flags for spam. */
  readonly junk: boolean
  /** Its thread takes nothing more. */
  readonly apart?: boolean
}

/**
 * What a mail means, as commands that are decided together: into the thread that it answers, else as a contact of its own, with an
 * acknowledgement where one is due. Files and HTML lie in the blobs before.
 */
export async function takeMail(
  account: MailAccount,
  context: MailContext,
  place: MailPlace,
  mail: ReadMail,
): Promise<readonly AdapterCommand[]> {
  const { mail: mails, centre } = context.sequencer.committed.states
  const at = { account: account.name, uidValidity: place.uidValidity, uid: place.uid }
  const pass = (why: 'duplicate' | 'own' | 'spam'): AdapterCommand => ({
    machine: 'mail',
    command: { type: 'PassMail', ...at, why },
  })
  const own = ownMail(mails, account, mail.messageId)
  if (own) return [pass('own'), { machine: 'mail', command: { type: 'SentMail', mail: own.id } }]
  if (mails.known.has(knownKey(account.name, mail.messageId))) return [pass('duplicate')]
  if (account.spam !== 'take' && (place.junk || mail.spam)) return [pass('spam')]
  const before = threadBefore(mails, account, mail)
  const open = before === undefined || place.apart ? undefined : openThread(centre.interactions.get(before), account)
  const interaction = open?.id ?? newInteraction(account, mail)
  const take: AdapterCommand = {
    machine: 'mail',
    command: { type: 'TakeMail', ...at, messageId: mail.messageId, interaction },
  }
  // What answers a mail of ours is what the gateway reports of it, with a picture of its first page or without.
  const fax = before === undefined ? faxOf(account, mail) : undefined
  const { html, files } = await store(context, fax ? { ...mail, files: fax.documents } : mail)
  const follows = open || before === undefined ? undefined : before
  const message: AdapterCommand = {
    machine: 'centre',
    command: {
      ...{ type: 'SendMessage', interaction, message: messageOf(mail), text: mail.text, files },
      mail: {
        ...{ ...headOf(account, mail), ...(html && { html }), ...(follows !== undefined && { follows }) },
        ...(open && isAside(open, mail) && { aside: true }),
      },
    },
  }
  if (open) return [take, ...undelivered(mails, account, mail), message]
  if (fax) return [take, createFax(account, mail, interaction, fax), message]
  const create: AdapterCommand = {
    machine: 'centre',
    command: {
      ...{ type: 'CreateContact', interaction, medium: 'email', queue: account.queue },
      ...{ from: mail.replyTo || mail.from, subject: mail.subject },
      ...(mail.automatic ? {} : { customer: mail.from }),
    },
  }
  return [
    ...[take, ...undelivered(mails, account, mail), create, message],
    ...acknowledgement(account, mail, interaction, follows === undefined),
  ]
}

function createFax({ queue }: MailAccount, { subject }: ReadMail, interaction: string, fax: TakenFax): AdapterCommand {
  const command = { type: 'CreateContact', interaction, medium: 'fax', queue, from: fax.number, subject } as const
  return { machine: 'centre', command }
}

/** The mail of ours that came back: the copy that we send ourselves, so that it is known what a server has taken. */
function ownMail({ outgoing }: MailState, account: MailAccount, messageId: string): OutgoingMail | undefined {
  for (const mail of outgoing.values()) if (mail.account === account.name && mail.messageId === messageId) return mail
  return undefined
}

function threadBefore(mails: MailState, account: MailAccount, mail: ReadMail): string | undefined {
  const signs = mail.bounced ? { ...mail, inReplyTo: mail.bounced.messageId } : mail
  return threadOf(mails, account.name, signs)
}

/** Only a conversation of this very account is joined, whatever a stranger writes into a head. */
function openThread(interaction: Interaction | undefined, account: MailAccount): Interaction | undefined {
  const isByMail = interaction?.medium === 'email' || interaction?.medium === 'fax'
  if (!isByMail || interaction.phase.state === 'wrapping-up') return undefined
  const isOwn = interaction.conversation?.messages.some(({ mail }) => mail?.account === account.name)
  return isOwn ? interaction : undefined
}

/** Whether it answers a mail that was passed on: whoever that was passed on to is not the customer. */
function isAside({ conversation, from }: Interaction, mail: ReadMail): boolean {
  if (mail.from === from) return false
  const answered = mail.bounced?.messageId ?? mail.inReplyTo ?? mail.references.at(-1)
  const line = conversation?.messages.find((one) => one.mail?.messageId === answered)?.mail
  return line !== undefined && (line.forwards !== undefined || line.aside === true)
}

/** The same mail makes the same interaction, whichever core takes it. */
function newInteraction({ name }: MailAccount, { messageId }: ReadMail): string {
  return `ix-${createHash('sha256').update(`mail ${name} ${messageId}`).digest('hex').slice(0, 24)}`
}

function messageOf({ messageId }: ReadMail): string {
  return `mail-${createHash('sha256').update(messageId).digest('hex').slice(0, 24)}`
}

function headOf({ name }: MailAccount, mail: ReadMail): MessageMail {
  const { messageId, subject, from, to, cc, omitted, automatic } = mail
  return {
    ...{ messageId, account: name, subject, from, to },
    ...(cc.length > 0 && { cc }),
    ...(omitted.length > 0 && { omitted }),
    ...(automatic !== undefined && { automatic }),
  }
}

/** A bounce says of a mail of ours that it did not arrive. */
function undelivered(mails: MailState, account: MailAccount, { bounced }: ReadMail): readonly AdapterCommand[] {
  const mail = bounced && ownMail(mails, account, bounced.messageId)
  return mail ? [{ machine: 'mail', command: { type: 'RefuseMail', mail: mail.id, reason: bounced.reason } }] : []
}

/** Never to a machine, never to ourselves, never twice a day to one address (the kernel holds that): so no two machines answer each other. */
function acknowledgement(
  account: MailAccount,
  mail: ReadMail,
  interaction: string,
  begins: boolean,
): readonly AdapterCommand[] {
  const to = mail.replyTo
  if (account.acknowledgement === undefined || !begins || mail.automatic || to === '') return []
  if (to === account.address.toLowerCase()) return []
  const id = `ack-${interaction.slice(3)}`
  return [
    {
      machine: 'mail',
      command: {
        type: 'WriteMail',
        mail: {
          ...{ id, messageId: messageIdOf(id, interaction, account.address), account: account.name, interaction },
          ...{ to: [to], subject: replySubject(mail.subject), text: account.acknowledgement },
          ...{ inReplyTo: mail.messageId, references: [...mail.references, mail.messageId] },
        },
      },
    },
  ]
}

async function store(
  { blobs }: MailContext,
  mail: ReadMail,
): Promise<{ readonly html: MessageMail['html']; readonly files: readonly MessageFile[] }> {
  const put = async (content: Buffer): Promise<{ hash: string; bytes: number }> => {
    const hash = createHash('sha256').update(content).digest('hex')
    if (!(await blobs.stat(fileBlobKey(hash)))) await blobs.put(fileBlobKey(hash), content)
    return { hash, bytes: content.length }
  }
  const files: MessageFile[] = []
  for (const { name, type, content } of mail.files) files.push({ ...(await put(content)), name, type })
  return { html: mail.html === undefined ? undefined : await put(Buffer.from(mail.html)), files }
}
