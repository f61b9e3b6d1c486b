import type { MessageView } from '#api/contract'
import type { ConversationPage } from '../models/conversation.ts'
import type { Say } from './chat-words.ts'
import { element } from './element.ts'

/** What was said, oldest first. Lines that stand there are left alone, so that a screen reader says only what is new. */
export class ChatLines {
  readonly root: HTMLElement
  readonly #say: Say
  readonly #download: (hash: string, name: string) => void
  readonly #drawn = new Map<string, HTMLElement>()
  #tail: readonly HTMLElement[] = []

  constructor(say: Say, download: (hash: string, name: string) => void) {
    this.#say = say
    this.#download = download
    this.root = element('div', {
      class: 'lines',
      role: 'log',
      'aria-live': 'polite',
      'aria-label': say('title'),
      tabindex: '0',
    })
  }

  draw(view: ConversationPage): void {
    for (const drawn of this.#tail) drawn.remove()
    for (const line of view.lines) {
      if (this.#drawn.has(line.id)) continue
      const made = this.#line(line)
      this.#drawn.set(line.id, made)
      this.root.append(made)
    }
    this.#tail = [...this.#unsent(view), ...this.#signs(view)]
    this.root.append(...this.#tail)
    this.root.scrollTop = this.root.scrollHeight
  }

  clear(): void {
    this.#drawn.clear()
    this.root.replaceChildren()
  }

  #line({ id, by, name, text, files, note }: MessageView): HTMLElement {
    if (note) return element('div', { class: 'note', 'data-line': note }, [this.#say(note, { name: name ?? '' })])
    const own = by === 'customer'
    const who = element('span', { class: own ? 'who hidden' : 'who' }, [own ? this.#say('you') : (name ?? '')])
    const buttons = files.map((file) =>
      element('button', { type: 'button' }, [file.name], { click: () => this.#download(file.hash, file.name) }),
    )
    return element('div', { class: own ? 'line own' : 'line', 'data-line': id }, [who, text, ...buttons])
  }

  #unsent({ unsent, state }: ConversationPage): readonly HTMLElement[] {
    const word = this.#say(state === 'over' || state === 'refused' ? 'unsent' : 'sending')
    return unsent.map(({ text, files }) =>
      element('div', { class: 'line own', 'data-unsent': true }, [
        text || files.map(({ name }) => name).join(', '),
        element('span', { class: 'who' }, [word]),
      ]),
    )
  }

  #signs({ otherTypes, agents, seen, lines, state }: ConversationPage): readonly HTMLElement[] {
    const last = lines.findLast(({ by }) => by !== 'system')
    const signs: HTMLElement[] = []
    if (last?.by === 'customer' && last.id === seen) signs.push(element('div', { class: 'note' }, [this.#say('seen')]))
    if (otherTypes && state === 'talking')
      signs.push(
        element('div', { class: 'note', 'data-typing': true }, [this.#say('typing', { agents: agents.join(', ') })]),
      )
    return signs
  }
}
