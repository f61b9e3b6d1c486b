import type { ConversationModel } from '../models/conversation.ts'
import type { Say } from './chat-words.ts'
import { element } from './element.ts'

/** Where a visitor has the text of a chat that is over sent. */
export class TranscriptPanel {
  readonly root: HTMLElement
  readonly #model: ConversationModel
  readonly #say: Say
  readonly #status = element('p', { class: 'status', role: 'status' })
  readonly #email: HTMLInputElement
  readonly #form: HTMLFormElement
  #isShown = false

  constructor(model: ConversationModel, say: Say) {
    this.#model = model
    this.#say = say
    this.#email = element('input', {
      ...{ name: 'transcript', type: 'email', autocomplete: 'email', maxlength: '254', required: true },
    })
    const submit = (event: Event): void => {
      event.preventDefault()
      void this.#ask(this.#email.value.trim())
    }
    this.#form = element(
      'form',
      { 'data-transcript': true },
      [
        element('label', {}, [say('transcript'), this.#email]),
        element('button', { class: 'plain', type: 'submit' }, [say('transcriptAsk')]),
      ],
      { submit },
    )
    this.root = element('div', { class: 'callback', hidden: true }, [this.#status, this.#form])
  }

  /** Shows it, for a chat that somebody took part in. */
  draw(offered: boolean): void {
    const isShown = offered && this.#model.get().lines.some(({ by }) => by === 'agent')
    if (isShown && !this.#isShown) this.#email.value = this.#model.email
    this.#isShown = isShown
    this.root.hidden = !isShown
  }

  /** Another chat begins. */
  clear(): void {
    this.#status.textContent = ''
    this.#form.hidden = false
  }

  async #ask(email: string): Promise<void> {
    try {
      await this.#model.transcript(email)
      this.#form.hidden = true
      this.#status.textContent = this.#say('transcriptSent', { email })
    } catch (problem) {
      const words = problem instanceof Error ? problem.message : ''
      this.#status.textContent = this.#say('transcriptFailed', { problem: words })
    }
  }
}
