import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { SMTPServer } from 'smtp-server'
import type { MailAccount } from '#kernel/config'
import { eventually } from './api-client.ts'
import { freePort } from './free-ports.ts'
import { TokenServer } from './token-server.ts'

/** A busy machine starts and answers late. */
const UNTIL_MS_MAX = 60_000

/** One password for all accounts of a test. */
export const MAIL_PASSWORD = 'mail-secret'

/** A mail as the SMTP server took it. */
export interface SentMail {
  readonly from: string
  readonly to: readonly string[]
  readonly source: string
}

/** A Dovecot and an SMTP server that puts what comes for `…@centre.example` into it; all else it keeps. */
export interface MailServers {
  readonly imapPort: number
  readonly smtpPort: number
  /** What was taken for others, oldest first. */
  readonly sent: SentMail[]
  /** Gives access tokens, which both servers take beside the password. */
  readonly tokens: TokenServer
  /** Asked before each mail is taken: what it answers instead, if anything. `lost`: it is taken, and the connection ends before the answer. */
  fate: (mail: SentMail) => { readonly code: number; readonly text: string } | 'lost' | undefined
  /** A mail arrives in the folder of an account. */
  deliver(account: string, source: string | Buffer, more?: { folder?: string; flags?: string[] }): Promise<void>
  /** A connection as a person's mail program. */
  open(account: string): Promise<ImapFlow>
  /** What an account's configuration says of them. */
  account(name: string, more?: Partial<MailAccount>): MailAccount
  /** Stops and starts Dovecot. */
  restartImap(): Promise<void>
  stop(): Promise<void>
}

/** Starts both on free ports. Dovecot needs root here. */
export async function startMailServers(): Promise<MailServers> {
  const [imapPort, smtpPort] = await Promise.all([freePort(), freePort()])
  const tokens = await TokenServer.start()
  const dovecot = new Dovecot(imapPort, tokens.introspectionUrl)
  await dovecot.start()
  const sent: SentMail[] = []
  const servers: MailServers = {
    ...{ imapPort, smtpPort, sent, tokens },
    fate: () => undefined,
    async deliver(account, source, { folder = 'INBOX', flags = [] } = {}) {
      const imap = await dovecot.connect(account)
      try {
        await imap.append(folder, Buffer.isBuffer(source) ? source : crlf(source), flags)
      } finally {
        imap.close()
      }
    },
    open: (account) => dovecot.connect(account),
    account: (name, more = {}) => ({
      ...{ name, queue: 'support', address: `${name}@centre.example`, secret: 'mail' },
      imap: { host: '127.0.0.1', port: imapPort, security: 'none', user: name },
      smtp: { host: '127.0.0.1', port: smtpPort, security: 'none' },
      ...more,
    }),
    restartImap: async () => {
      await dovecot.stop()
      await dovecot.start()
    },
    async stop() {
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
      await dovecot.stop()
      await tokens.stop()
      dovecot.remove()
    },
  }
  const smtp = smtpServer(servers)
  await new Promise<void>((resolve) => smtp.listen(smtpPort, '127.0.0.1', resolve))
  return servers
}

function smtpServer(servers: MailServers): SMTPServer {
  return new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
    ...{ authMethods: ['XOAUTH2'], allowInsecureAuth: true },
    onAuth({ username, accessToken = '' }, _session, done) {
      if (servers.tokens.userOf(accessToken) === username) return done(null, { user: username ?? '' })
      // A data object is what the protocol answers a token with that is none (RFC 7628 3.2.2).
      done(null, { data: { status: '401', schemes: 'bearer' } } as never)
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const to = rcptTo.map(({ address }) => address)
        const from = mailFrom === false ? '' : mailFrom.address
        const mail = { from, to, source: Buffer.concat(chunks).toString('latin1') }
        const fate = servers.fate(mail)
        if (fate !== undefined && fate !== 'lost') {
          return done(Object.assign(new Error(fate.text), { responseCode: fate.code }))
        }
        const own = to.filter((address) => address.endsWith('@centre.example'))
        if (own.length < to.length) servers.sent.push(mail)
        Promise.all(own.map((address) => servers.deliver(address.split('@')[0]!, Buffer.concat(chunks)))).then(
          () => {
            if (fate !== 'lost') return done()
            ;(session as unknown as { connection?: { close(): void } }).connection?.close()
            done(Object.assign(new Error('gone'), { responseCode: 0 }))
          },
          (cause: Error) => done(cause),
        )
      })
    },
  })
}

class Dovecot {
  readonly #port: number
  readonly #folder: string
  #child: ChildProcess | undefined
  readonly #end = () => this.#kill()

  constructor(port: number, introspectionUrl: string) {
    this.#port = port
    this.#folder = mkdtempSync(join(tmpdir(), 'tandem-dovecot-'))
    // Its own users must get through.
    chmodSync(this.#folder, 0o755)
    mkdirSync(join(this.#folder, 'mail'))
    chmodSync(join(this.#folder, 'mail'), 0o777)
    writeFileSync(join(this.#folder, 'dovecot.conf'), configuration(this.#folder, port))
    writeFileSync(join(this.#folder, 'oauth2.conf'), oauth2Configuration(introspectionUrl))
    process.once('exit', this.#end)
  }

  async start(): Promise<void> {
    const child = spawn('dovecot', ['-F', '-c', join(this.#folder, 'dovecot.conf')], {
      stdio: 'ignore',
      detached: true,
    })
    this.#child = child
    await until('dovecot', async () => {
      if (child.exitCode !== null) throw new Error(`dovecot ended: ${this.#log()}`)
      const imap = await this.connect('probe').catch(() => undefined)
      imap?.close()
      return imap !== undefined
    })
  }

  async connect(user: string): Promise<ImapFlow> {
    const imap = new ImapFlow({
      ...{ host: '127.0.0.1', port: this.#port, secure: false, doSTARTTLS: false, logger: false },
      auth: { user, pass: MAIL_PASSWORD },
    })
    imap.on('error', () => imap.close())
    await imap.connect()
    return imap
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    this.#kill()
  }

  /** With every process of a connection: those go on when the one that started them is gone. */
  #kill(): void {
    try {
      if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // There are none.
    }
  }

  remove(): void {
    process.removeListener('exit', this.#end)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #log(): string {
    try {
      return readFileSync(join(this.#folder, 'log'), 'utf8').slice(-2_000)
    } catch {
      return 'it wrote no log'
    }
  }
}

function configuration(folder: string, port: number): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
instance_name = ${folder.split('/').at(-1)}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%u
mail_max_userip_connections = 100
auth_mechanisms = plain login oauthbearer xoauth2
auth_cache_size = 0
auth_failure_delay = 0
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/oauth2.conf
}
passdb {
  driver = static
  mechanisms = plain login
  args = password=${MAIL_PASSWORD}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
`
}

/** Dovecot asks for each token whose it is (RFC 7662). */
function oauth2Configuration(introspectionUrl: string): string {
  return `
introspection_mode = post
introspection_url = ${introspectionUrl}
username_attribute = username
active_attribute = active
active_value = true
`
}

/** Waits until it holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(what, async () => ((await holds()) ? true : undefined), UNTIL_MS_MAX)
}

/** Lines as they are on the wire. */
export function crlf(text: string): Buffer {
  return Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1')
}
