/**
 * Chat on any website, by one line:
 *
 *   <script async src="https://centre.example/widget/chat.js" data-queue="support"></script>
 *
 * `data-queue` names the queue; `data-title`, `data-lang` and `data-servers` (addresses of further machines of the pool, separated by spaces) may be said.
 */
import { ConversationModel } from '../models/conversation.ts'
import { ConversationMemory } from '../models/conversation-memory.ts'
import { ConversationServer } from '../models/conversation-server.ts'
import { ChatPanel } from './chat-panel.ts'
import { wordsOf } from './chat-words.ts'

const KEY_BYTES = 16

function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

function start(script: HTMLScriptElement): void {
  const { queue = 'support', title, lang, servers = '' } = script.dataset
  const language = lang || document.documentElement.lang || navigator.language
  const say = wordsOf(language)
  const model = new ConversationModel({
    server: new ConversationServer([new URL(script.src).origin, ...servers.split(/\s+/).filter(Boolean)]),
    memory: new ConversationMemory(sessionStorage, queue),
    ...{ random, side: 'customer', about: { queue } },
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
  const host = document.createElement('div')
  host.lang = language
  document.body.append(host)
  new ChatPanel(host, { model, say, title: title || say('title') })
}

const script = document.currentScript
if (script instanceof HTMLScriptElement) {
  if (document.body) start(script)
  else addEventListener('DOMContentLoaded', () => start(script))
}
