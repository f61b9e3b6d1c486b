import type { CallbackModel } from '../models/callback.ts'
import type { ConversationModel, ConversationPage } from '../models/conversation.ts'
import type { CallbackPanel } from './callback-panel.ts'
import { ChatLines } from './chat-lines.ts'
import { CHAT_STYLE } from './chat-style.ts'
import type { Say } from './chat-words.ts'
import { element } from './element.ts'
import { TranscriptPanel } from './transcript-panel.ts'

const MINUTE_MS = 60_000

/** The button in the corner and the panel that it opens, in a shadow tree of its own: the website's looks and ours do not meet. */
export class ChatPanel {
  readonly #model: ConversationModel
  readonly #say: Say
  readonly #launcher: HTMLButtonElement
  readonly #panel: HTMLElement
  readonly #status = element('div', { class: 'status', role: 'status' })
  readonly #lines: ChatLines
  readonly #form: HTMLFormElement
  readonly #compose: HTMLElement
  readonly #again: HTMLButtonElement
  readonly #end: HTMLButtonElement
  readonly #text: HTMLTextAreaElement
  readonly #callback: CallbackModel
  readonly #calls: CallbackPanel
  readonly #transcript: TranscriptPanel
  readonly #other: HTMLButtonElement
  /** Which of the two ways the visitor has chosen; undefined before, when what the queue offers decides. */
  #chosen: 'chat' | 'call' | undefined
  #problem = ''

  constructor(
    host: HTMLElement,
    options: { model: ConversationModel; say: Say; title: string; callback: CallbackModel; calls: CallbackPanel },
  ) {
    const { model, say, title } = options
    this.#model = model
    this.#callback = options.callback
    this.#calls = options.calls
    this.#other = element('button', { class: 'plain other', type: 'button', 'data-other': true }, [], {
      click: () => this.#change(),
    })
    this.#say = say
    this.#transcript = new TranscriptPanel(model, say)
    this.#lines = new ChatLines(say, (hash, name) => void this.#download(hash, name))
    this.#launcher = element('button', { class: 'launcher', type: 'button' }, [say('open')], {
      click: () => this.#open(),
    })
    this.#text = this.#textArea()
    this.#form = this.#formOf()
    this.#compose = this.#composeOf()
    this.#again = element('button', { class: 'main', type: 'button', 'data-again': true }, [say('again')], {
      click: () => {
        this.#lines.clear()
        this.#transcript.clear()
        model.forget()
      },
    })
    this.#end = element('button', { type: 'button', 'data-end': true }, [say('end')], { click: () => void model.end() })
    this.#panel = element('section', { class: 'panel', role: 'dialog', 'aria-label': title, hidden: true }, [
      element('header', {}, [
        element('h2', {}, [title]),
        this.#end,
        element('button', { type: 'button', 'aria-label': say('minimise') }, ['–'], { click: () => this.#close() }),
      ]),
      ...[this.#status, this.#lines.root, this.#form, this.#calls.root, this.#compose],
      this.#transcript.root,
      element('div', { class: 'compose' }, [this.#again]),
      this.#other,
    ])
    this.#panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#close()
    })
    this.#attach(host)
    model.subscribe(() => this.#draw(model.get()))
    this.#callback.subscribe(() => this.#draw(model.get()))
    this.#draw(model.get())
    // A chat that goes on after a reload is where it was.
    if (model.get().state !== 'idle' || this.#callback.get().state !== 'none') this.#open()
  }

  #attach(host: HTMLElement): void {
    const root = host.attachShadow({ mode: 'open' })
    const style = new CSSStyleSheet()
    style.replaceSync(CHAT_STYLE)
    root.adoptedStyleSheets = [style]
    root.append(this.#launcher, this.#panel)
  }

  #open(): void {
    this.#panel.hidden = false
    this.#launcher.hidden = true
    this.#model.read()
    void this.#callback.look()
    if (this.#isCalling()) return this.#calls.focus()
    const first = this.#form.hidden ? this.#text : this.#form.querySelector('input')
    first?.focus()
  }

  #close(): void {
    this.#panel.hidden = true
    this.#launcher.hidden = false
    this.#launcher.focus()
  }

  /** The other way: to be called, or to write. */
  #change(): void {
    this.#chosen = this.#isCalling() ? 'chat' : 'call'
    this.#draw(this.#model.get())
    if (this.#isCalling()) this.#calls.focus()
    else if (!this.#form.hidden) this.#form.querySelector('input')?.focus()
  }

  /** Whether the panel is about a call: chosen, asked for already, or all there is while nobody is here. */
  #isCalling(): boolean {
    const { state, offer } = this.#callback.get()
    if (this.#chosen !== undefined) return this.#chosen === 'call'
    const chats = this.#model.get().state
    if (state !== 'none') return chats === 'idle' || chats === 'over'
    return chats === 'idle' && offer?.callbacks === true && !(offer.open && offer.staffed)
  }

  /** A visitor who talks to somebody needs no call. */
  #drawOther(state: ConversationPage['state']): void {
    const calls = this.#isCalling()
    const { offer, state: called } = this.#callback.get()
    const may = offer?.callbacks === true || called !== 'none'
    this.#other.hidden = !may || !(state === 'idle' || state === 'waiting' || calls)
    const words = this.#say(calls ? 'chat' : 'call')
    if (this.#other.textContent !== words) this.#other.textContent = words
  }

  #draw(view: ConversationPage): void {
    const { state } = view
    const calls = this.#isCalling()
    this.#drawOther(state)
    this.#calls.root.hidden = !calls
    const talks = state !== 'idle' && state !== 'over' && state !== 'refused'
    this.#form.hidden = state !== 'idle' || calls
    this.#lines.root.hidden = state === 'idle' || calls
    this.#compose.hidden = !talks || calls
    this.#end.hidden = !talks
    this.#transcript.draw(state === 'over' && !calls && this.#callback.get().offer?.transcripts === true)
    this.#again.parentElement?.toggleAttribute('hidden', calls || (state !== 'over' && state !== 'refused'))
    const words = this.#problem || this.#statusOf(view)
    if (this.#status.textContent !== words) this.#status.textContent = words
    this.#status.classList.toggle(
      'trouble',
      this.#problem !== '' || state === 'refused' || (talks && !view.online && state !== 'starting'),
    )
    this.#panel.dataset['state'] = state
    this.#lines.draw(view)
    if (!this.#panel.hidden && view.lines.at(-1)?.by === 'agent') this.#seen(view.lines.at(-1)!.id)
  }

  #lastSeen = ''

  #seen(line: string): void {
    if (line === this.#lastSeen) return
    this.#lastSeen = line
    this.#model.read()
  }

  #statusOf({ state, position, wait, agents, online, problem }: ConversationPage): string {
    const say = this.#say
    if (state === 'idle') return ''
    if (state === 'refused') return say('refused', { problem: problem ?? '' })
    if (state === 'over') return say('over')
    if (state === 'starting') return say('starting')
    if (!online) return say('offline')
    if (state === 'talking') return say('with', { agents: agents.join(', ') })
    if (position === null) return say('waiting')
    const least = Math.max(1, Math.floor((wait?.leastMs ?? 0) / MINUTE_MS))
    const most = Math.max(least + 1, Math.ceil((wait?.mostMs ?? 0) / MINUTE_MS))
    return `${say('position', { position })}${wait ? ` ${say('wait', { least, most })}` : ''}`
  }

  #formOf(): HTMLFormElement {
    const say = this.#say
    const name = element('input', { name: 'name', autocomplete: 'name', maxlength: '100', required: true })
    const email = element('input', { name: 'email', type: 'email', autocomplete: 'email', maxlength: '254' })
    const question = element('textarea', { name: 'question', rows: '4', maxlength: '4000', required: true })
    const submit = (event: Event): void => {
      event.preventDefault()
      this.#model.begin({ name: name.value.trim(), email: email.value.trim(), question: question.value })
      question.value = ''
      this.#text.focus()
    }
    return element(
      'form',
      {},
      [
        element('label', {}, [say('name'), name]),
        element('label', {}, [say('email'), email]),
        element('label', {}, [say('question'), question]),
        element('button', { class: 'main', type: 'submit' }, [say('start')]),
      ],
      { submit },
    )
  }

  #textArea(): HTMLTextAreaElement {
    return element(
      'textarea',
      { name: 'message', rows: '2', maxlength: '4000', 'aria-label': this.#say('message') },
      [],
      {
        input: () => this.#model.typing(),
        keydown: (event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          this.#write()
        },
      },
    )
  }

  #composeOf(): HTMLElement {
    const say = this.#say
    const chosen = element('input', { type: 'file', class: 'hidden', tabindex: '-1', 'aria-hidden': 'true' })
    chosen.addEventListener('change', () => {
      const file = chosen.files?.[0]
      chosen.value = ''
      if (file) void this.#attachFile(file)
    })
    return element('div', { class: 'compose' }, [
      ...[this.#text, chosen],
      element('button', { class: 'plain', type: 'button', 'aria-label': say('attach') }, ['+'], {
        click: () => chosen.click(),
      }),
      element('button', { class: 'main', type: 'button', 'data-send': true }, [say('send')], {
        click: () => this.#write(),
      }),
    ])
  }

  #write(): void {
    this.#model.write(this.#text.value)
    this.#text.value = ''
  }

  async #attachFile(file: File): Promise<void> {
    this.#problem = ''
    try {
      await this.#model.attach(file)
    } catch (problem) {
      this.#problem = this.#say('fileFailed', { problem: problem instanceof Error ? problem.message : '' })
    }
    this.#draw(this.#model.get())
  }

  async #download(hash: string, name: string): Promise<void> {
    const content = await this.#model.file(hash).catch(() => undefined)
    if (!content) return
    const address = URL.createObjectURL(content)
    element('a', { href: address, download: name }).click()
    URL.revokeObjectURL(address)
  }
}
