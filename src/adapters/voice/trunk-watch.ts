import type { Timer } from '#base'
import type { Trunk } from '#kernel/config'
import { bracketed, createRequest, newBranch, newCallId, newTag, type SipResponse } from '#protocols/sip'
import type { VoiceContext } from './context.ts'
import type { EdgePool } from './edge-pool.ts'
import { placeOf, type Trunks } from './trunks.ts'

/** As often as the field asks a trunk whether it is alive (TEL-07). */
const PROBE_MS = 30_000

/** As long as a call waits for a trunk's first word. A gateway answers OPTIONS within some milliseconds. */
const ANSWER_MS = 4_000

/**
 * Asks each trunk with OPTIONS whether it is there: one that does not answer is tried after all others until it does. Nothing of this is in
 * the log: the next core asks itself.
 */
export class TrunkWatch {
  readonly #context: VoiceContext
  readonly #edges: Pick<EdgePool, 'any' | 'send'>
  readonly #trunks: Trunks
  /** What was asked and is not answered yet, by Call-ID. */
  readonly #asked = new Map<string, { readonly trunk: string; readonly timer: Timer }>()
  #timer: Timer | undefined

  constructor(context: VoiceContext, edges: Pick<EdgePool, 'any' | 'send'>, trunks: Trunks) {
    this.#context = context
    this.#edges = edges
    this.#trunks = trunks
  }

  start(): void {
    this.#timer ??= this.#context.clock.after(PROBE_MS, () => {
      this.#timer = undefined
      this.#probe()
      this.start()
    })
  }

  /** Whether the answer is one to a question of this watch. */
  take(response: SipResponse): boolean {
    const asked = this.#asked.get(response.callId)
    if (!asked) return false
    if (response.status < 200) return true
    this.#forget(response.callId)
    // Whatever it answers, it is there; 408, 430 and 503 are the edge's words for nobody, or the gateway's for not now.
    if ([408, 430, 503].includes(response.status)) this.#trunks.down(asked.trunk)
    else this.#trunks.heard(asked.trunk)
    return true
  }

  close(): void {
    this.#timer?.stop()
    for (const callId of [...this.#asked.keys()]) this.#forget(callId)
  }

  #probe(): void {
    for (const trunk of this.#context.sequencer.committed.states.centre.configuration.trunks.values()) {
      if (!trunk.paused) this.#ask(trunk)
    }
  }

  #ask(trunk: Trunk): void {
    const edge = this.#edges.any()
    if (!edge) return
    const callId = newCallId()
    const own = `sip:tandem@${bracketed(edge.sipHost)}:${edge.sipPort}`
    const uri = `sip:${placeOf(trunk)}`
    const request = createRequest({
      ...{ method: 'OPTIONS', uri, cseq: 1, callId },
      via: [`SIP/2.0/TCP core.invalid;branch=${newBranch()}`],
      from: `<${own}>;tag=${newTag()}`,
      to: `<${uri}>`,
      contact: `<${own}>`,
      headers: [['Accept', 'application/sdp']],
    })
    if (!this.#edges.send(edge.name, request)) return
    const timer = this.#context.clock.after(ANSWER_MS, () => {
      this.#asked.delete(callId)
      this.#trunks.down(trunk.name)
    })
    this.#asked.set(callId, { trunk: trunk.name, timer })
  }

  #forget(callId: string): void {
    this.#asked.get(callId)?.timer.stop()
    this.#asked.delete(callId)
  }
}
