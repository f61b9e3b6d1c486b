import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { isTandemError, Pause, type PeerState } from '#base'
import type { MailAccount } from '#kernel/config'
import type { MailPosition } from '#kernel/mail'
import type { AccountLogin } from './account-login.ts'
import type { MailContext } from './context.ts'
import { connectImap, inboxOf, sentFolderOf } from './imap.ts'
import { MAIL_BYTES_MAX, MARKS_MAX, POLL_MS, RETRY_MS_FIRST, RETRY_MS_MAX } from './limits.ts'
import type { ReadMail } from './read-mail.ts'
import { takeMail } from './take-mail.ts'

/** A mail that was fetched and read, and is not taken yet. */
interface FetchedMail {
  readonly read: ReadMail
  readonly junk: boolean
}

/** What mail servers and programs call the mark for spam. */
const JUNK = ['$Junk', 'Junk']

/**
 * Reads one account: whatever lies behind the position that stands in the log is taken, mail after mail, and marked as read when it is in
 * the log. So a death anywhere takes a mail once: what is not in the log is behind the position, and what is in it is not.
 */
export class AccountReader {
  readonly #account: MailAccount
  readonly #context: MailContext
  readonly #login: AccountLogin
  #closed = false
  #imap: ImapFlow | undefined
  readonly #pause: Pause
  #running: Promise<void> | undefined
  /** How it stands with the server. */
  readonly peer: PeerState

  constructor(account: MailAccount, context: MailContext, login: AccountLogin, peer: PeerState) {
    this.#account = account
    this.#context = context
    this.#pause = new Pause(context.clock)
    this.#login = login
    this.peer = peer
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Ends after the mail that is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#pause.close()
    this.#imap?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { logger, counters } = this.#context
    let pauseMs = RETRY_MS_FIRST
    while (!this.#closed) {
      try {
        await this.#read(() => {
          pauseMs = RETRY_MS_FIRST
        })
      } catch (cause) {
        if (this.#closed) return
        counters.failures++
        const problem = wordsOf(cause)
        this.peer.down(problem)
        logger.warn({ account: this.#account.name, problem, againMs: pauseMs }, 'mails cannot be read')
      }
      this.#imap?.close()
      await this.#pause.wait(pauseMs)
      pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)
    }
  }

  /** Reads what is there, and what comes, until the connection ends. */
  async #read(works: () => void): Promise<void> {
    const imap = await connectImap(this.#account, this.#login)
    this.#imap = imap
    if (this.#closed) return
    await imap.mailboxOpen(inboxOf(this.#account))
    this.peer.up()
    let isNew = true
    imap.on('exists', () => {
      isNew = true
      this.#pause.cut()
    })
    imap.on('close', () => this.#pause.cut())
    await this.#markRead(imap)
    while (!this.#closed && imap.usable) {
      isNew = false
      await this.#catchUp(imap)
      works()
      if (!isNew && imap.usable) await this.#pause.wait(POLL_MS)
    }
    this.peer.down('the server closed the connection')
  }

  async #catchUp(imap: ImapFlow): Promise<void> {
    const position = await this.#position(imap)
    const uids = await behind(imap, position)
    let next = uids.length > 0 ? this.#fetch(imap, uids[0]!) : undefined
    const marks: number[] = []
    try {
      for (const [index, uid] of uids.entries()) {
        const mail = await next
        // The next one is fetched and read while this one is taken.
        const following = uids[index + 1]
        next = following === undefined ? undefined : this.#fetch(imap, following)
        next?.catch(() => {})
        if (this.#closed) return
        if (await this.#take(imap, position, { uid, mail })) marks.push(uid)
        // What lay there before it was opened is not looked at again after a death: it is marked at once.
        if (marks.length >= MARKS_MAX || uid <= position.unreadUpTo) await mark(imap, marks.splice(0))
      }
    } finally {
      if (imap.usable) await mark(imap, marks)
    }
  }

  /** What a mail says; undefined when it is not there any more. */
  async #fetch(imap: ImapFlow, uid: number): Promise<FetchedMail | undefined> {
    const found = await fetchMail(imap, uid)
    if (!found?.source) return undefined
    const read = await this.#context.reading.read(found.source, found.size ?? found.source.length)
    return { read, junk: JUNK.some((flag) => found.flags?.has(flag)) }
  }

  /** How far the log has this folder; opens it there when it is new, or its UIDs count anew. */
  async #position(imap: ImapFlow): Promise<MailPosition> {
    const box = imap.mailbox
    if (!box) throw new TypeError('no folder is open')
    const uidValidity = String(box.uidValidity)
    const known = this.#known()
    if (known?.uidValidity === uidValidity) return known
    const unreadUpTo = box.uidNext - 1
    const opened = { account: this.#account.name, uidValidity, uid: 0, unreadUpTo }
    await this.#context.sequencer.submit([{ machine: 'mail', command: { type: 'OpenAccount', ...opened } }])
    return { uidValidity, uid: 0, unreadUpTo }
  }

  #known(): MailPosition | undefined {
    return this.#context.sequencer.committed.states.mail.positions.get(this.#account.name)
  }

  /** Takes a mail; says whether it is to be marked as read. */
  async #take(
    imap: ImapFlow,
    { uidValidity }: MailPosition,
    { uid, mail }: { readonly uid: number; readonly mail: FetchedMail | undefined },
  ): Promise<boolean> {
    const { sequencer, counters, logger } = this.#context
    if (!mail) {
      const at = { account: this.#account.name, uidValidity, uid }
      await sequencer.submit([{ machine: 'mail', command: { type: 'PassMail', ...at, why: 'gone' } }])
      counters.passed++
      return false
    }
    const { read, junk } = mail
    const place = { uidValidity, uid, junk }
    let commands = await takeMail(this.#account, this.#context, place, read)
    try {
      await sequencer.submit(commands)
    } catch (cause) {
      // The conversation that it answers takes nothing more: it is one of its own.
      if (!isTandemError(cause, 'centre.conversation-over') && !isTandemError(cause, 'centre.conversation-full')) {
        throw cause
      }
      commands = await takeMail(this.#account, this.#context, { ...place, apart: true }, read)
      await sequencer.submit(commands)
    }
    const why = commands[0]?.command.type === 'PassMail' ? commands[0].command.why : undefined
    if (why === undefined) counters.taken++
    else counters.passed++
    logger.info({ account: this.#account.name, uid, ...(why !== undefined && { passed: why }) }, 'mail read')
    if (why === 'own') await this.#keepCopy(imap, uid)
    return why !== 'own' && why !== 'spam'
  }

  /** The copy of what we sent goes where sent mails are. */
  async #keepCopy(imap: ImapFlow, uid: number): Promise<void> {
    await imap.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })
    const folder = sentFolderOf(this.#account)
    const moved = await imap.messageMove(String(uid), folder, { uid: true }).catch(() => false)
    if (moved) return
    await imap.mailboxCreate(folder).catch(() => {})
    await imap.messageMove(String(uid), folder, { uid: true })
  }

  /** What a core before this one took, and died before it marked it. */
  async #markRead(imap: ImapFlow): Promise<void> {
    const known = this.#known()
    const box = imap.mailbox
    if (!box || known?.uidValidity !== String(box.uidValidity) || known.uid <= known.unreadUpTo) return
    const range = `${known.unreadUpTo + 1}:${known.uid}`
    const found = await imap.search({ uid: range, seen: false, not: { keyword: '$Junk' } }, { uid: true })
    if (!found || found.length === 0) return
    await imap.messageFlagsAdd(found.join(','), ['\\Seen'], { uid: true })
  }
}

/** The UIDs behind a position, in order; of those that lay there when the account was opened, the unread. */
async function behind(imap: ImapFlow, { uid, unreadUpTo }: MailPosition): Promise<readonly number[]> {
  const old = uid < unreadUpTo ? await imap.search({ uid: `${uid + 1}:${unreadUpTo}`, seen: false }, { uid: true }) : []
  const from = Math.max(uid, unreadUpTo)
  const young = await imap.search({ uid: `${from + 1}:*` }, { uid: true })
  // A range `n:*` gives the last mail even when it lies before n.
  return [...(old || []), ...(young || []).filter((one) => one > from)].sort((a, b) => a - b)
}

/** Marks mails as read, in one round trip. */
async function mark(imap: ImapFlow, uids: readonly number[]): Promise<void> {
  if (uids.length > 0) await imap.messageFlagsAdd(uids.join(','), ['\\Seen'], { uid: true })
}

async function fetchMail(imap: ImapFlow, uid: number): Promise<FetchMessageObject | undefined> {
  const query = { uid: true, size: true, flags: true, source: { start: 0, maxLength: MAIL_BYTES_MAX } }
  const found = await imap.fetchOne(String(uid), query, { uid: true })
  return found || undefined
}

/** In words, without what a server may have put into them. */
export function wordsOf(cause: unknown): string {
  const { code, message, responseText } = cause as { code?: string; message?: string; responseText?: string }
  return [code, responseText ?? message]
    .filter((one) => one !== undefined)
    .join(': ')
    .slice(0, 300)
}
