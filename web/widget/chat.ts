/**
 * Chat on any website, by one line:
 *
 *   <script async src="https://centre.example/widget/chat.js" data-queue="support"></script>
 *
 * `data-queue` names the queue; `data-title`, `data-lang`, `data-consent` (the words by which a visitor agrees to be called) and `data-servers` (addresses of further machines of the pool, separated by spaces) may be said.
 */
import { CallbackModel } from '../models/callback.ts'
import { ConversationModel } from '../models/conversation.ts'
import { ConversationMemory } from '../models/conversation-memory.ts'
import { ConversationServer } from '../models/conversation-server.ts'
import { VisitorServers } from '../models/visitor-servers.ts'
import { CallbackPanel } from './callback-panel.ts'
import { ChatPanel } from './chat-panel.ts'
import { wordsOf } from './chat-words.ts'

const KEY_BYTES = 16

function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

function start(script: HTMLScriptElement): void {
  const { queue = 'support', title, lang, consent, servers = '' } = script.dataset
  const language = lang || document.documentElement.lang || navigator.language
  const say = wordsOf(language)
  const pool = [new URL(script.src).origin, ...servers.split(/\s+/).filter(Boolean)]
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const model = new ConversationModel({
    server: new ConversationServer(pool),
    memory: new ConversationMemory(sessionStorage, queue),
    ...{ random, side: 'customer', about: { queue } },
    now: () => Date.now(),
    sleep,
  })
  const callback = new CallbackModel({
    ...{ servers: new VisitorServers(pool), storage: sessionStorage, queue },
    random,
    sleep,
  })
  const chat = () => (model.get().state === 'waiting' ? model.opened : undefined)
  const calls = new CallbackPanel({
    ...{ model: callback, say, language, chat },
    consent: consent || say('callConsent'),
  })
  const host = document.createElement('div')
  host.lang = language
  document.body.append(host)
  new ChatPanel(host, { model, say, title: title || say('title'), callback, calls })
}

const script = document.currentScript
if (script instanceof HTMLScriptElement) {
  if (document.body) start(script)
  else addEventListener('DOMContentLoaded', () => start(script))
}
