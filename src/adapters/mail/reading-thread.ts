import { Worker } from 'node:worker_threads'
import { type Clock, isTandemError, type Logger, type Timer } from '#base'
import { MAIL_ERRORS } from './errors.ts'
import { READ_JOBS_MAX, READ_MS_MAX, THREAD_MB_MAX, THREAD_START_MS_MAX } from './limits.ts'
import { type HowMuch, type ReadMail, unreadMail } from './read-mail.ts'

/** What the thread is asked: what a mail says, or HTML without what may not be in it. */
export type ReadingJob =
  | { readonly is: 'read'; readonly source: Uint8Array; readonly bytes: number; readonly how: HowMuch }
  | { readonly is: 'clean'; readonly html: string }

/** What it answers. */
export type ReadingAnswer =
  | { readonly is: 'ready' }
  | { readonly is: 'read'; readonly mail: ReadMail }
  | { readonly is: 'clean'; readonly html: string }
  | { readonly is: 'failed'; readonly reason: string }

interface Waiting {
  readonly job: ReadingJob
  readonly done: PromiseWithResolvers<ReadingAnswer>
}

interface ReadingThreadOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Another thread's program, for tests of what a thread does that it should not. */
  readonly program?: URL
}

/**
 * Reads mails and cleans their HTML in a thread of its own: what strangers wrote may take seconds or all memory, and the primary's loop has calls. One job
 * after the other; a thread that dies of one or does not come back is replaced, and less of that mail is read.
 */
export class ReadingThread {
  readonly #options: ReadingThreadOptions
  readonly #waiting: Waiting[] = []
  #worker: Worker | undefined
  #isReady = false
  /** What the thread is at. */
  #current: Waiting | undefined
  #timer: Timer | undefined
  #closed = false
  /** Threads that were ended, or died, of a job. */
  replaced = 0

  constructor(options: ReadingThreadOptions) {
    this.#options = options
  }

  /** Whether it has been given a mail that it has not answered yet. */
  get isAtWork(): boolean {
    return this.#current !== undefined
  }

  /** What a mail says. A mail that is too much for the thread is taken as text, then as its head, then unread: never not at all. */
  async read(source: Buffer, bytes = source.length): Promise<ReadMail> {
    for (const how of ['whole', 'text', 'head'] as const) {
      const answer = await this.#try({ is: 'read', source, bytes, how })
      if (answer?.is === 'read') return { ...answer.mail, files: answer.mail.files.map(withBuffer) }
    }
    return unreadMail(source, bytes)
  }

  /** HTML without what may not be in it; undefined when it is too much for the thread. */
  async clean(html: string): Promise<string | undefined> {
    const answer = await this.#try({ is: 'clean', html })
    return answer?.is === 'clean' ? answer.html : undefined
  }

  /** Ends it; what waits fails. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    const failed = MAIL_ERRORS['mail.no-thread']({ why: 'it was closed' })
    for (const { done } of [...(this.#current ? [this.#current] : []), ...this.#waiting.splice(0)]) done.reject(failed)
    this.#current = undefined
    await this.#worker?.terminate()
  }

  /** The answer to a job; undefined when the thread did not survive it. */
  async #try(job: ReadingJob): Promise<ReadingAnswer | undefined> {
    if (this.#closed) throw MAIL_ERRORS['mail.no-thread']({ why: 'it was closed' })
    if (this.#waiting.length >= READ_JOBS_MAX)
      throw MAIL_ERRORS['mail.no-thread']({ why: 'too many mails wait for it' })
    const waiting: Waiting = { job, done: Promise.withResolvers() }
    this.#waiting.push(waiting)
    this.#next()
    try {
      return await waiting.done.promise
    } catch (cause) {
      if (!isTandemError(cause, 'mail.thread-ended')) throw cause
      this.replaced++
      this.#options.logger.warn({ job: job.is, problem: cause.message }, 'a mail was too much to be read whole')
      return undefined
    }
  }

  #next(): void {
    if (this.#current || this.#waiting.length === 0) return
    if (!this.#worker) return this.#start()
    if (!this.#isReady) return
    this.#current = this.#waiting.shift()!
    this.#limit(READ_MS_MAX)
    this.#worker.postMessage(this.#current.job)
  }

  #start(): void {
    const worker = new Worker(this.#options.program ?? new URL('./reading-worker.ts', import.meta.url), {
      name: 'mails',
      // What the process was started with (a debugger, a script on the command line) is not for this thread.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MB_MAX },
    })
    this.#worker = worker
    this.#limit(THREAD_START_MS_MAX)
    let cause: unknown
    worker.on('message', (answer: ReadingAnswer) => this.#hear(answer))
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', () => this.#ended(cause))
  }

  /** Nothing that the thread does may last longer. */
  #limit(durationMs: number): void {
    this.#timer?.stop()
    this.#timer = this.#options.clock.after(durationMs, () => void this.#worker?.terminate())
  }

  #hear(answer: ReadingAnswer): void {
    this.#timer?.stop()
    this.#isReady = true
    const current = this.#current
    this.#current = undefined
    current?.done.resolve(answer)
    this.#next()
  }

  #ended(cause: unknown): void {
    this.#timer?.stop()
    const [wasReady, current] = [this.#isReady, this.#current]
    this.#worker = undefined
    this.#isReady = false
    this.#current = undefined
    if (this.#closed) return
    const why = cause instanceof Error ? cause.message : 'it took too long'
    current?.done.reject(MAIL_ERRORS['mail.thread-ended']({ why }))
    // One that does not even start says nothing of the mails that wait for it.
    if (!wasReady) {
      const failed = MAIL_ERRORS['mail.no-thread']({ why })
      for (const { done } of this.#waiting.splice(0)) done.reject(failed)
    }
    this.#next()
  }
}

/** Buffers come out of a thread as plain bytes. */
function withBuffer<T extends { readonly content: Uint8Array }>(file: T): T & { readonly content: Buffer } {
  const { buffer, byteOffset, byteLength } = file.content
  return { ...file, content: Buffer.from(buffer, byteOffset, byteLength) }
}
