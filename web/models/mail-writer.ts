import type { MailDeskView, MailDraftView, MessageFileView } from '#api/contract'
import type { Clock } from './clock.ts'
import { Store } from './store.ts'

/** What an agent is writing, and how far it is. */
export interface MailPage {
  /** What there is to answer; undefined until the server has said it. */
  readonly desk: MailDeskView | undefined
  readonly draft: MailDraftView
  /** `unsaved`: the server does not have the last of it yet. */
  readonly state: 'loading' | 'typing' | 'saved' | 'unsaved' | 'sending' | 'sent' | 'refused'
  /** Why it was refused. */
  readonly problem: string
}

/** The part of the API that is used. */
export interface MailServerPort {
  read(): Promise<MailDeskView>
  save(draft: object): Promise<unknown>
  send(mail: object): Promise<MailDeskView>
  upload(file: File): Promise<MessageFileView>
}

/** What a writer is made of. */
export interface MailWriterOptions {
  readonly interaction: string
  readonly server: MailServerPort
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly clock: Clock
  readonly random: () => string
  /** Whether asking again may help. */
  readonly passes: (problem: unknown) => boolean
}

const EMPTY: MailDraftView = { to: [], cc: [], subject: '', text: '', html: null, files: [] }

/** A pause in typing; each save is an event in the log. */
const SAVE_AFTER_MS = 700
/** While the server is away it is asked again so often. */
const RETRY_MS = 2_000

/**
 * A mail that is written: in the browser from the first letter, on the server after each pause, and sent under one id until a core has it, so that
 * neither a reload nor a takeover loses a letter or sends it twice (IR-10, IR-11).
 */
export class MailWriter extends Store<MailPage> {
  readonly #options: MailWriterOptions
  readonly #key: string
  #stop = (): void => {}
  #saving: Promise<void> | undefined
  #again = false
  #closed = false
  /** The id of the mail that is being sent. */
  #sending: string | undefined

  constructor(options: MailWriterOptions) {
    super({ desk: undefined, draft: EMPTY, state: 'loading', problem: '' })
    this.#options = options
    this.#key = `tandem.mail.${options.interaction}`
    void this.#load()
  }

  /** What stands there from now on. */
  type(change: Partial<MailDraftView>): void {
    const draft = { ...this.get().draft, ...change }
    this.set({ ...this.get(), draft, state: 'typing', problem: '' })
    this.#remember(draft)
    this.#stop()
    this.#stop = this.#options.clock.after(SAVE_AFTER_MS, () => void this.save())
  }

  /** Takes a file along; fails with what the server has against it. */
  async attach(file: File): Promise<void> {
    const attached = await this.#options.server.upload(file)
    this.type({ files: [...this.get().draft.files.filter(({ hash }) => hash !== attached.hash), attached] })
  }

  /** Gives it to the server now. */
  async save(): Promise<void> {
    this.#stop()
    if (this.#sending !== undefined || this.#closed) return
    this.#again = true
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined
    })
    await this.#saving
  }

  /** Sends it; asks until a core has it, or says why none takes it. */
  async send(): Promise<void> {
    if (this.#sending !== undefined || this.get().draft.to.length === 0) return
    this.#stop()
    this.#sending = this.#options.random()
    await this.#saving
    const mail = { id: this.#sending, ...inputOf(this.get().draft) }
    this.set({ ...this.get(), state: 'sending', problem: '' })
    while (!this.#closed) {
      try {
        const desk = await this.#options.server.send(mail)
        this.#options.storage.removeItem(this.#key)
        this.set({ desk, draft: answerOf(desk), state: 'sent', problem: '' })
        break
      } catch (problem) {
        if (!this.#options.passes(problem)) {
          this.set({ ...this.get(), state: 'refused', problem: problem instanceof Error ? problem.message : '' })
          break
        }
        await this.#pause()
      }
    }
    this.#sending = undefined
  }

  /** How far the mails are that were sent. */
  async look(): Promise<void> {
    const desk = await this.#options.server.read().catch(() => undefined)
    if (desk && !this.#closed) this.set({ ...this.get(), desk })
  }

  /** Stops; what was typed stays kept. */
  close(): void {
    this.#closed = true
    this.#stop()
  }

  async #load(): Promise<void> {
    const kept = this.#kept()
    while (!this.#closed) {
      try {
        const desk = await this.#options.server.read()
        if (this.get().state !== 'loading') this.set({ ...this.get(), desk })
        else this.set({ desk, draft: kept ?? desk.draft ?? answerOf(desk), state: 'saved', problem: '' })
        if (kept) await this.save()
        return
      } catch (problem) {
        if (!this.#options.passes(problem)) return
        await this.#pause()
      }
    }
  }

  async #save(): Promise<void> {
    while (this.#again && !this.#closed && this.#sending === undefined) {
      this.#again = false
      const { draft } = this.get()
      try {
        await this.#options.server.save(inputOf(draft))
        // Typed on meanwhile: its own pause saves that.
        if (this.get().draft === draft) {
          this.#options.storage.removeItem(this.#key)
          this.set({ ...this.get(), state: 'saved' })
        }
      } catch (problem) {
        this.set({ ...this.get(), state: 'unsaved' })
        if (!this.#options.passes(problem)) return
        this.#again = true
        await this.#pause()
      }
    }
  }

  #remember(draft: MailDraftView): void {
    try {
      this.#options.storage.setItem(this.#key, JSON.stringify(draft))
    } catch {
      // The server has it after the next pause.
    }
  }

  #kept(): MailDraftView | undefined {
    try {
      const kept = JSON.parse(this.#options.storage.getItem(this.#key) ?? 'null') as MailDraftView | null
      return kept && Array.isArray(kept.to) && Array.isArray(kept.files) ? { ...EMPTY, ...kept } : undefined
    } catch {
      return undefined
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(RETRY_MS, resolve)
    })
  }
}

function answerOf({ answer, signature }: MailDeskView): MailDraftView {
  const text = signature === null ? '' : `\n\n-- \n${signature}`
  return { ...EMPTY, ...answer, text, html: text === '' ? null : htmlOf(text) }
}

/** Text as HTML that shows the same. */
export function htmlOf(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  return escaped
    .split('\n')
    .map((line) => `<div>${line === '' ? '<br>' : line}</div>`)
    .join('')
}

function inputOf({ files, ...draft }: MailDraftView): object {
  return { ...draft, files: files.map(({ hash, name }) => ({ hash, name })) }
}
