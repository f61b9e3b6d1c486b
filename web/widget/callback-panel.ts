import { type CallbackModel, type CallbackPage, numberOf } from '../models/callback.ts'
import type { Say, WordKey } from './chat-words.ts'
import { element } from './element.ts'

/** A day: nobody means a time that has gone, and clocks differ by less. */
const DATE_CHARS = 16

/** What the states of a callback are called; the others show the form. */
const STATE_WORDS: Partial<Record<CallbackPage['state'], WordKey>> = {
  sending: 'starting',
  scheduled: 'callScheduled',
  waiting: 'callWaiting',
  calling: 'callCalling',
  talking: 'callTalking',
  over: 'callOver',
}

/** The form by which a visitor asks to be called, and how it stands with the call. */
export class CallbackPanel {
  readonly root: HTMLElement
  readonly #model: CallbackModel
  readonly #say: Say
  readonly #language: string
  readonly #form: HTMLFormElement
  readonly #status = element('p', { class: 'status', role: 'status' })
  readonly #number: HTMLInputElement
  readonly #cancel: HTMLButtonElement
  readonly #again: HTMLButtonElement
  #problem = ''

  constructor(options: {
    model: CallbackModel
    say: Say
    language: string
    /** The words that are agreed to. */
    consent: string
    /** The chat in which the visitor waits, if any. */
    chat: () => { readonly id: string; readonly token: string } | undefined
  }) {
    const { model, say, language } = options
    this.#model = model
    this.#say = say
    this.#language = language
    this.#number = element('input', {
      ...{ name: 'number', type: 'tel', autocomplete: 'tel', maxlength: '30', required: true },
    })
    this.#form = this.#formOf(options)
    this.#cancel = element('button', { class: 'plain', type: 'button', 'data-cancel': true }, [say('callCancel')], {
      click: () => void model.cancel(),
    })
    this.#again = element('button', { class: 'main', type: 'button' }, [say('callAgain')], {
      click: () => model.forget(),
    })
    this.root = element('div', { class: 'callback' }, [this.#status, this.#form, this.#cancel, this.#again])
    model.subscribe(() => this.draw())
    this.draw()
  }

  /** Puts the cursor where one begins. */
  focus(): void {
    if (!this.#form.hidden) this.#number.focus()
  }

  draw(): void {
    const page = this.#model.get()
    const word = STATE_WORDS[page.state]
    this.#form.hidden = word !== undefined
    this.#cancel.hidden = page.state !== 'scheduled' && page.state !== 'waiting' && page.state !== 'calling'
    this.#again.hidden = page.state !== 'over'
    this.root.dataset['callback'] = page.state
    const words = word ? this.#say(word, { number: page.number, at: this.#momentOf(page.at) }) : this.#formWords(page)
    if (this.#status.textContent !== words) this.#status.textContent = words
    this.#status.classList.toggle('trouble', this.#problem !== '' || page.state === 'refused')
  }

  #formWords({ state, problem, offer }: CallbackPage): string {
    if (this.#problem) return this.#problem
    if (state === 'refused') return this.#say('callRefused', { problem: problem ?? '' })
    return offer && !(offer.open && offer.staffed) ? this.#say('callNobody') : ''
  }

  #momentOf(at: string | null): string {
    return at === null ? '' : new Date(at).toLocaleString(this.#language, { dateStyle: 'medium', timeStyle: 'short' })
  }

  #formOf({
    consent,
    chat,
  }: Pick<ConstructorParameters<typeof CallbackPanel>[0], 'consent' | 'chat'>): HTMLFormElement {
    const say = this.#say
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const at = element('input', { name: 'at', type: 'datetime-local' })
    const about = element('textarea', { name: 'about', rows: '3', maxlength: '500' })
    const agrees = element('input', { name: 'consent', type: 'checkbox', required: true })
    const submit = (event: Event): void => {
      event.preventDefault()
      const number = numberOf(this.#number.value)
      this.#problem = number === undefined ? say('callNoNumber') : ''
      if (number === undefined) {
        this.draw()
        return this.#number.focus()
      }
      const waits = chat()
      if (this.#model.get().state === 'refused') this.#model.forget()
      this.#model.request({
        ...{ number, consent },
        ...(at.value === '' ? {} : { at: { local: at.value.slice(0, DATE_CHARS), timeZone } }),
        ...(about.value.trim() === '' ? {} : { about: about.value.trim() }),
        ...(waits === undefined ? {} : { chat: { id: waits.id, token: waits.token } }),
      })
    }
    return element(
      'form',
      {},
      [
        element('label', {}, [say('callNumber'), this.#number]),
        element('label', {}, [say('callAt', { zone: timeZone }), at]),
        element('label', {}, [say('callAbout'), about]),
        element('label', { class: 'agree' }, [agrees, consent]),
        element('button', { class: 'main', type: 'submit' }, [say('callAsk')]),
      ],
      { submit },
    )
  }
}
