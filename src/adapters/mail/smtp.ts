import { createTransport } from 'nodemailer'
import type { MailAccount } from '#kernel/config'
import { fileBlobKey } from '#kernel/interaction'
import type { OutgoingMail } from '#kernel/mail'
import type { AccountLogin, Credentials } from './account-login.ts'
import type { MailContext } from './context.ts'
import { SENDING_MAX, SILENT_MS_MAX } from './limits.ts'
import { oneLine } from './safe-words.ts'

/** What became of a try. `unknown`: the server may have the mail, its answer was lost. */
export type SendOutcome =
  | { readonly is: 'sent' }
  | { readonly is: 'later' | 'refused' | 'unknown'; readonly reason: string }

/** As nodemailer asks for a token. */
type ProvideToken = (
  user: string,
  isRefused: boolean,
  done: (cause: Error | null, token?: string, expiresAt?: number) => void,
) => void

/** Where a conversation with a server is before it can have taken anything (RFC 5321 4.1.1.4: responsibility passes with the answer to the data). */
const BEFORE_DATA = ['CONN', 'EHLO', 'HELO', 'STARTTLS', 'AUTH', 'MAIL FROM', 'RCPT TO', 'API']
const BEFORE_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EDNS', 'ETLS', 'EAUTH', 'EENVELOPE', 'ENOAUTH']
const PERMANENT = 500

/** Sends the mails of one account. */
export class SmtpSender {
  readonly #account: MailAccount
  readonly #context: MailContext
  readonly #login: AccountLogin
  readonly #transport: Promise<ReturnType<typeof createTransport>>

  constructor(account: MailAccount, context: MailContext, login: AccountLogin) {
    this.#account = account
    this.#context = context
    this.#login = login
    this.#transport = this.#open()
    this.#transport.catch(() => {})
  }

  /** Tells the server of a mail; a copy goes to the account itself, so that its mailbox shows what the server has taken. */
  async send(mail: OutgoingMail): Promise<SendOutcome> {
    const { address, displayName } = this.#account
    try {
      const transport = await this.#transport
      const { text, html } = await this.#words(mail)
      const info = await transport.sendMail({
        from: { name: oneLine(displayName ?? '', 100), address },
        to: [...mail.to],
        ...(mail.cc && { cc: [...mail.cc] }),
        envelope: { from: mail.user === undefined ? '' : address, to: [...mail.to, ...(mail.cc ?? []), address] },
        ...{ subject: oneLine(mail.subject, 998), messageId: mail.messageId, date: new Date(mail.writtenAt) },
        ...(mail.inReplyTo !== undefined && { inReplyTo: mail.inReplyTo }),
        ...(mail.references && { references: [...mail.references] }),
        text,
        ...(html !== undefined && { html, attachDataUrls: true }),
        attachments: await this.#files(mail),
        ...(mail.user === undefined && { headers: { 'auto-submitted': 'auto-replied', precedence: 'bulk' } }),
        ...{ disableFileAccess: true, disableUrlAccess: true },
      })
      // nodemailer says `rejected` of single addresses where others were taken.
      const refused = (info as { rejected?: readonly unknown[] }).rejected ?? []
      const lost = [...mail.to, ...(mail.cc ?? [])].filter((one) => refused.includes(one))
      return lost.length > 0 ? { is: 'refused', reason: `not taken for ${lost.join(', ')}` } : { is: 'sent' }
    } catch (cause) {
      return outcomeOf(cause)
    }
  }

  async close(): Promise<void> {
    await this.#transport.then(
      (transport) => transport.close(),
      () => {},
    )
  }

  async #open() {
    const { smtp, address } = this.#account
    const auth = smtp.user === undefined ? undefined : await this.#auth(smtp.user)
    return createTransport({
      ...{ host: smtp.host, port: smtp.port, secure: smtp.security === 'tls', pool: true, maxConnections: SENDING_MAX },
      ...(smtp.security === 'starttls' && { requireTLS: true }),
      ...(smtp.security === 'none' && { ignoreTLS: true }),
      ...(auth && { auth }),
      name: address.slice(address.lastIndexOf('@') + 1),
      ...{ connectionTimeout: SILENT_MS_MAX, greetingTimeout: SILENT_MS_MAX, socketTimeout: SILENT_MS_MAX },
    } as Parameters<typeof createTransport>[0])
  }

  /** A password is read once, as it is with the account's next change; a token is asked for at each connection, and anew after a refusal. */
  async #auth(user: string): Promise<object> {
    if (this.#login.byToken) {
      let before: Credentials | undefined
      const provide = async (isRefused: boolean): Promise<string> => {
        const next = (isRefused && before && (await this.#login.others(before))) || (await this.#login.credentials())
        before = next
        return next.is === 'token' ? next.token : ''
      }
      // Told that each has run out at once, the library keeps none: it asks at each connection.
      const provisionCallback: ProvideToken = (_, isRefused, done) => {
        provide(isRefused).then(
          (token) => done(null, token, 1),
          (cause: Error) => done(cause),
        )
      }
      return { type: 'OAuth2', user, provisionCallback }
    }
    const credentials = await this.#login.credentials()
    return { user, pass: (credentials.is === 'password' && credentials.password) || '' }
  }

  /** What it says, with what is quoted under it. HTML that is too much to be cleaned does not leave: the text does. */
  async #words({
    text,
    html,
    quote,
  }: OutgoingMail): Promise<{ readonly text: string; readonly html: string | undefined }> {
    if (!quote) return { text, html: html === undefined ? undefined : await this.#clean(html) }
    const [quotedText, quotedHtml] = [await this.#stored(quote.text.hash), await this.#stored(quote.html.hash)]
    const written = html ?? `<div>${escapedLines(text)}</div>`
    return {
      text: `${text}${quotedText.toString('utf8')}`,
      html: await this.#clean(`${written}${quotedHtml.toString('utf8')}`),
    }
  }

  async #clean(html: string): Promise<string | undefined> {
    return this.#context.reading.clean(html).catch((cause: Error) => {
      throw Object.assign(cause, { command: 'API' })
    })
  }

  async #files({ files = [] }: OutgoingMail) {
    return Promise.all(
      files.map(async ({ hash, name, type }) => {
        return { filename: name, contentType: type, content: await this.#stored(hash) }
      }),
    )
  }

  async #stored(hash: string): Promise<Buffer> {
    const found = await this.#context.blobs.get(fileBlobKey(hash))
    if (!found) throw Object.assign(new TypeError(`the file ${hash} cannot be read now`), { command: 'API' })
    const chunks: Buffer[] = []
    for await (const chunk of found.body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }
}

function escapedLines(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  return escaped.replace(/\r?\n/g, '<br>')
}

function outcomeOf(cause: unknown): SendOutcome {
  const { responseCode, command, code, message } = cause as {
    responseCode?: number
    command?: string
    code?: string
    message?: string
  }
  const reason = oneLine(String(message ?? cause), 300)
  // A server that says so does not have it. One that does not know our password may know it tomorrow.
  if (code === 'EAUTH') return { is: 'later', reason }
  if (responseCode !== undefined) return { is: responseCode >= PERMANENT ? 'refused' : 'later', reason }
  const isBefore = BEFORE_DATA.some((one) => command?.startsWith(one)) || BEFORE_CODES.includes(code ?? '')
  return { is: isBefore ? 'later' : 'unknown', reason }
}
