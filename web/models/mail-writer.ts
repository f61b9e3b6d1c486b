import type { MailDeskView, MailDraftView, MessageFileView } from '#api/contract'
import type { Clock } from './clock.ts'
import { Store } from './store.ts'

/** What an agent is writing, and how far it is. */
export interface MailPage {
  /** What there is to answer; undefined until the server has said it. */
  readonly desk: MailDeskView | undefined
  readonly draft: MailDraftView
  /** `unsaved`: the server does not have the last of it yet. */
  readonly state: 'loading' | 'typing' | 'saved' | 'unsaved' | 'sending' | 'sent' | 'refused' | 'discarded'
  /** Why it was refused. */
  readonly problem: string
}

/** The part of the API that is used. */
export interface MailServerPort {
  read(): Promise<MailDeskView>
  save(draft: object): Promise<unknown>
  send(mail: object): Promise<MailDeskView>
  upload(file: File): Promise<MessageFileView>
  /** Forgets the draft of what is passed on. */
  drop(): Promise<unknown>
}

/** A mail that is passed on to somebody else. */
export interface PassedOn {
  /** Its line in the conversation. */
  readonly message: string
  readonly subject: string
  /** They go with it. */
  readonly files: readonly MessageFileView[]
}

/** What a writer is made of. */
export interface MailWriterOptions {
  readonly interaction: string
  /** What is passed on; it is an answer that is written when not said. */
  readonly passesOn?: PassedOn
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
    this.#key = `tandem.mail.${options.interaction}${options.passesOn ? `.${options.passesOn.message}` : ''}`
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
    const mail = { id: this.#sending, ...this.#input(this.get().draft) }
    this.set({ ...this.get(), state: 'sending', problem: '' })
    while (!this.#closed) {
      try {
        const desk = await this.#options.server.send(mail)
        this.#options.storage.removeItem(this.#key)
        this.set({ desk, draft: this.#begin(desk), state: 'sent', problem: '' })
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

  /** Nothing is sent after all: what was typed is forgotten, here and on the server. */
  async discard(): Promise<void> {
    this.close()
    this.#options.storage.removeItem(this.#key)
    await this.#saving
    // A server that is away keeps it; whoever comes back to it discards it again.
    await this.#options.server.drop().catch(() => undefined)
    this.set({ ...this.get(), state: 'discarded' })
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
        else this.set({ desk, draft: kept ?? this.#saved(desk) ?? this.#begin(desk), state: 'saved', problem: '' })
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
        await this.#options.server.save(this.#input(draft))
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

  #input({ files, ...draft }: MailDraftView): object {
    const { passesOn } = this.#options
    const named = files.map(({ hash, name }) => ({ hash, name }))
    return { ...draft, files: named, ...(passesOn && { forwards: passesOn.message }) }
  }

  /** What the server has of it. */
  #saved({ draft, forward }: MailDeskView): MailDraftView | undefined {
    const { passesOn } = this.#options
    if (!passesOn) return draft ?? undefined
    if (forward?.forwards !== passesOn.message) return undefined
    const { forwards: _, ...kept } = forward
    return kept
  }

  /** What stands there before anybody types. */
  #begin({ answer, signature }: MailDeskView): MailDraftView {
    const { passesOn } = this.#options
    const text = signature === null ? '' : `\n\n-- \n${signature}`
    const words = { text, html: text === '' ? null : htmlOf(text) }
    if (!passesOn) return { ...EMPTY, ...answer, ...words }
    return { ...EMPTY, ...words, subject: forwardSubject(passesOn.subject), files: [...passesOn.files] }
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

/** The subject of a mail that is passed on, with `Fwd:` once. */
function forwardSubject(subject: string): string {
  return /^\s*(fwd?|wg)\s*:/i.test(subject) ? subject : `Fwd: ${subject}`
}

/** Text as HTML that shows the same. */
export function htmlOf(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  return escaped
    .split('\n')
    .map((line) => `<div>${line === '' ? '<br>' : line}</div>`)
    .join('')
}
