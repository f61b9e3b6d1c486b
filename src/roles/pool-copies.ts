import { createHash } from 'node:crypto'
import { BLOB_HEADERS, COPY_BYTES_MAX } from '#api/http'
import type { Clock, Logger, Millis, Timer } from '#base'
import { type BlobStat, type Blobs, contentHashOf, FILES_PREFIX, LIST_MAX } from '#seams/blobs'
import type { AskPeer, PoolPeers } from './pool-peers.ts'

/** Who sends a file waits this long for its copy; beyond it a person would wonder. It is copied later then. */
const ACKNOWLEDGED_MS_MAX: Millis = 1_500
/** The largest file takes this long at 10 Mbit/s; and a request may take no longer on the other side. */
const SEND_MS_MAX: Millis = 30_000
/** Whether a machine has a file is said at once, or not; nobody waits for it, and a busy machine is no reason to send it all. */
const HELD_MS_MAX: Millis = 10_000
/** Each copy under way is held in memory whole: 128 MB at the most. */
const UNDER_WAY_MAX = 4
/** Files that are known to lack a copy, by name; of more than these only the count is known until these are done. */
const OWED_MAX = 10_000
/** Between two files that are looked at: 20 a second at the most, so calls notice nothing. */
const PAUSE_MS: Millis = 50
/** So many in a row that nobody took: the others are full, or out of reach, and are not sent more in this round. */
const REFUSED_MAX = 5
/** A core that starts, or meets a new machine, has other things to do first. */
const SETTLED_MS: Millis = 5_000
/** What lacks a copy is tried again at this pace. */
const OWED_MS: Millis = 60_000
/** A machine that is started anew is back by then; what it had is copied elsewhere after that. */
const GONE_MS: Millis = 10 * 60_000
/** All files are looked at as often as this even if no machine came or went: disks are replaced without anybody saying so. */
const ALL_MS: Millis = 6 * 3_600_000

/** What keeping copies is made of. */
export interface PoolCopiesOptions {
  /** The files of this machine. */
  readonly own: Blobs
  readonly peers: PoolPeers
  /** Calls after a machine came, went, fell silent or spoke again; gives what ends that. */
  readonly onChanged: (listener: () => void) => () => void
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Keeps each file of this machine that is named by its content on a second one too (IR-17): a new one before who sent it is told so,
 * if another machine takes it in time; what lacks a copy later, slowly. A file is never changed or removed, so to copy it twice is no harm.
 */
export class PoolCopies {
  readonly #options: PoolCopiesOptions
  readonly #end = new AbortController()
  readonly #owed = new Set<string>()
  readonly #unfollow: () => void
  #live: ReadonlySet<string> = new Set()
  /** Beyond {@link OWED_MAX}, as of the last look at all. */
  #beyond = 0
  #underWay = 0
  /** Copies under way for which nobody waits any more. */
  #late = 0
  #timer: Timer | undefined
  /** When that timer fires. */
  #roundAt: Millis = 0
  /** When all files are looked at next; by the monotonic clock. */
  #allAt: Millis = Number.POSITIVE_INFINITY
  #round: Promise<void> | undefined

  constructor(options: PoolCopiesOptions) {
    this.#options = options
    this.#unfollow = options.onChanged(() => this.#look())
  }

  /** Looks at all files in a while, and then again and again. */
  start(): void {
    this.#live = this.#options.peers.live()
    this.#lookAtAll(SETTLED_MS)
  }

  /** How many files of this machine are on no other one, as far as is known. */
  get lacking(): number {
    return this.#owed.size + this.#beyond
  }

  /** Copies a file that this machine has just stored. Returns when another machine has it, or could not take it in time. Never fails. */
  async put(key: string): Promise<void> {
    if (this.#options.peers.live().size === 0 || this.#underWay >= UNDER_WAY_MAX) return this.#owe(key)
    this.#underWay++
    const state = { isLate: false, isOver: false }
    const copying = this.#copy(key)
      .catch(() => false)
      .then((done) => {
        this.#underWay--
        if (state.isLate) this.#late--
        state.isOver = true
        if (!done) this.#owe(key)
      })
    // While one is late the others are no faster, and a mail may bring fifty.
    await within(copying, this.#late > 0 ? 0 : ACKNOWLEDGED_MS_MAX, this.#options.clock)
    if (state.isOver) return
    state.isLate = true
    this.#late++
  }

  /** Ends after the file that is being looked at. */
  async close(): Promise<void> {
    this.#end.abort()
    this.#unfollow()
    this.#timer?.stop()
    await this.#round
  }

  /** A machine that came may take what has none; one that went may have had the copies. */
  #look(): void {
    const before = this.#live
    this.#live = this.#options.peers.live()
    if ([...this.#live].some((node) => !before.has(node))) this.#lookAtAll(SETTLED_MS)
    else if ([...before].some((node) => !this.#live.has(node))) this.#lookAtAll(GONE_MS)
  }

  #lookAtAll(inMs: Millis): void {
    this.#allAt = Math.min(this.#allAt, this.#options.clock.monotonic() + inMs)
    this.#schedule()
  }

  #owe(key: string): void {
    if (this.#owed.size < OWED_MAX) this.#owed.add(key)
    else if (!this.#owed.has(key)) this.#beyond++
    this.#schedule()
  }

  /** Sees to it that the next round begins in time; one that begins sooner anyway stays. */
  #schedule(): void {
    if (this.#end.signal.aborted || this.#round) return
    const { clock, peers } = this.#options
    const now = clock.monotonic()
    const isWorthTrying = this.#owed.size > 0 && peers.live().size > 0
    const at = Math.min(this.#allAt, isWorthTrying ? now + OWED_MS : Number.POSITIVE_INFINITY)
    if (!Number.isFinite(at) || (this.#timer && this.#roundAt <= at)) return
    this.#timer?.stop()
    this.#roundAt = at
    this.#timer = clock.after(at - now, () => this.#begin())
  }

  #begin(): void {
    this.#timer = undefined
    this.#round ??= this.#goRound()
      .catch((cause: unknown) => this.#options.logger.warn({ problem: String(cause) }, 'files are not copied for now'))
      .finally(() => {
        this.#round = undefined
        this.#schedule()
      })
  }

  async #goRound(): Promise<void> {
    const { clock, logger } = this.#options
    const round: Round = { refused: 0, copied: 0 }
    const isAll = clock.monotonic() >= this.#allAt
    if (isAll) this.#allAt = clock.monotonic() + ALL_MS
    // What is known to lack one comes first.
    for (const key of [...this.#owed]) await this.#makeUp(key, round)
    if (isAll) await this.#goThroughAll(round)
    // What there was no room to remember is found by looking again.
    if (this.#beyond > 0 && this.#owed.size === 0) this.#lookAtAll(OWED_MS)
    if (round.copied > 0)
      logger.info({ files: round.copied, lacking: this.lacking }, 'files were copied to a second machine')
  }

  async #goThroughAll(round: Round): Promise<void> {
    this.#beyond = 0
    let after = ''
    for (;;) {
      const page = await this.#options.own.list(FILES_PREFIX, { after })
      for (const { key } of page) if (!this.#owed.has(key)) await this.#makeUp(key, round)
      if (page.length < LIST_MAX || this.#end.signal.aborted) return
      after = page.at(-1)!.key
    }
  }

  /** One file: nothing to do if another machine has it. */
  async #makeUp(key: string, round: Round): Promise<void> {
    if (this.#end.signal.aborted || contentHashOf(key) === undefined) return
    const { own, peers, clock } = this.#options
    if (peers.live().size === 0) return this.#owe(key)
    await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
    const stat = await own.stat(key)
    if (!stat || (await this.#isHeld(stat))) return void this.#owed.delete(key)
    if (round.refused < REFUSED_MAX && (await this.#copy(key))) {
      round.refused = 0
      round.copied++
      return void this.#owed.delete(key)
    }
    round.refused++
    this.#owe(key)
  }

  async #isHeld({ key, sizeBytes }: BlobStat): Promise<boolean> {
    const held = await this.#options.peers.first(key, async (peer, { silent }) => {
      if (silent) return undefined
      const { ok, headers } = await peer('HEAD', key, { signal: this.#within(HELD_MS_MAX) })
      return ok && Number(headers.get(BLOB_HEADERS.size)) === sizeBytes ? true : undefined
    })
    return held === true
  }

  /** Whether a machine has taken it, by its own word on what lies on its disk now. */
  async #copy(key: string): Promise<boolean> {
    const content = await this.#read(key)
    if (!content) return false
    const taken = await this.#options.peers.first(key, async (peer, { silent }) =>
      !silent && (await this.#send(peer, key, content)) ? true : undefined,
    )
    return taken === true
  }

  async #send(peer: AskPeer, key: string, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const response = await peer('PUT', key, { signal: this.#within(SEND_MS_MAX), body })
    await response.body?.cancel()
    const { ok, status, headers } = response
    const isTaken = ok && headers.get(BLOB_HEADERS.sha256) === contentHashOf(key)
    if (!isTaken) this.#options.logger.debug({ key, status }, 'a machine did not take the copy of a file')
    return isTaken
  }

  /** The file as it lies on this disk; undefined when it is none to copy. */
  async #read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { own, logger } = this.#options
    const found = await own.get(key)
    if (!found) return undefined
    if (found.stat.sizeBytes > COPY_BYTES_MAX) {
      found.body.destroy()
      logger.warn({ key, bytes: found.stat.sizeBytes }, 'a file is too large to be copied to a second machine')
      return undefined
    }
    const chunks: Buffer[] = []
    for await (const chunk of found.body) chunks.push(chunk as Buffer)
    const content = Buffer.concat(chunks)
    if (createHash('sha256').update(content).digest('hex') === contentHashOf(key)) return content
    logger.error({ key }, 'a file on this disk is not what its name says')
    return undefined
  }

  #within(ms: Millis): AbortSignal {
    return AbortSignal.any([this.#end.signal, AbortSignal.timeout(ms)])
  }
}

/** What one round has done so far. */
interface Round {
  /** In a row. */
  refused: number
  copied: number
}

/** Returns when it is over, or that time is. */
async function within(work: Promise<void>, waitMs: Millis, clock: Clock): Promise<void> {
  let timer: Timer | undefined
  const late = new Promise<void>((resolve) => {
    timer = clock.after(waitMs, resolve)
  })
  await Promise.race([work, late]).finally(() => timer?.stop())
}
