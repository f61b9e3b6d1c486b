import { isTandemError, newId } from '#base'
import { calledBy, parkedUnder } from '#kernel/centre'
import {
  bracketed,
  formatNameAddr,
  type NameAddr,
  newTag,
  parseUri,
  type SipRequest,
  unescapeUri,
} from '#protocols/sip'
import type { VoiceContext } from './context.ts'
import { inboundLegId, legOf } from './dialogs.ts'
import type { EdgePool, Sender } from './edge-pool.ts'
import type { LegBirth } from './leg/command.ts'
import { LEGS_MAX } from './leg/decide.ts'
import type { LegId } from './leg/leg.ts'
import type { LegKeeper } from './leg-keeper.ts'
import { headOf } from './leg-messages.ts'
import type { MediaPool } from './media-pool.ts'
import { centre, voice } from './repair.ts'
import { termsOf, welcomeOf } from './sdp-terms.ts'
import { isTooShort, SESSION_SECONDS_MIN } from './session-timer.ts'
import type { TrunkWatch } from './trunk-watch.ts'
import type { Trunks } from './trunks.ts'

/** Names and numbers of callers are shown and kept; what is longer is cut. */
const NUMBER_CHARS_MAX = 64
const NAME_CHARS_MAX = 128

/** What a caller is told who cannot be served at this moment (RFC 3261 20.33), in seconds. */
export const RETRY_AFTER_S = 2

/** An answer that needs no leg. */
export interface Refusal {
  readonly status: number
  readonly headers?: readonly (readonly [string, string])[]
}

/** What calls that come in need. */
export interface InboundOptions {
  readonly context: VoiceContext
  readonly edges: EdgePool
  readonly media: MediaPool
  readonly keeper: LegKeeper
  readonly trunks: Trunks
  readonly watch: TrunkWatch
}

/** INVITEs without a dialog: checked, made durable, and only then answered, by the reconciliation. */
export class InboundCalls {
  readonly #options: InboundOptions
  readonly #arriving = new Set<LegId>()

  constructor(options: InboundOptions) {
    this.#options = options
  }

  /** Returns at once with the refusal, or nothing when the call goes its way (later refusals are sent by `refuse`). */
  async receive(request: SipRequest, edge: string, sender: Sender): Promise<Refusal | undefined> {
    const id = inboundLegId(request)
    if (this.#arriving.has(id)) return undefined
    if (this.#state.legs.has(id)) return this.#repeated(id, request, edge)
    if (this.#options.context.sequencer.refusing) {
      this.#options.context.counters.refused++
      return busy()
    }
    const refusal = this.#check(request, sender)
    if (refusal) return refusal
    const greeting = this.#options.edges.find(edge)
    const process = this.#options.media.choose(greeting?.node)
    // Said nothing, the edge repeats the INVITE: by then a media process that is being started again is there.
    if (process === undefined && this.#options.media.isExpected()) return undefined
    if (process === undefined || !greeting) return busy()
    this.#arriving.add(id)
    try {
      // RFC 3261 12.1.1: to a request for a SIPS URI the Contact is one too.
      const contact = `<${request.sipUri?.scheme ?? 'sip'}:${id}@${bracketed(greeting.sipHost)}:${greeting.sipPort}>`
      await this.#options.context.sequencer.submit(this.#commands({ request, id, edge, sender, contact, process }))
      return undefined
    } catch (error) {
      this.#options.context.logger.warn({ leg: id, error: String(error) }, 'call refused')
      return isTandemError(error) && error.status === 503 ? busy() : { status: 500 }
    } finally {
      this.#arriving.delete(id)
    }
  }

  get #state() {
    return this.#options.context.sequencer.committed.states.voice
  }

  /** The same INVITE again: it is answered from the log once more, over the path that it came by now. */
  async #repeated(id: LegId, request: SipRequest, edge: string): Promise<undefined> {
    const { context, keeper } = this.#options
    const sent = keeper.sentOf(id)
    const leg = this.#state.legs.get(id)
    for (const key of ['100', '180', `200:${request.cseq.number}`]) sent.forgetKey(key)
    if (leg?.progress.state === 'rejected') sent.forgetKey(`${leg.progress.status}`)
    const head = headOf(request)
    const known = leg?.server && JSON.stringify(leg.server.head) === JSON.stringify(head)
    if (leg?.server && !known) {
      await context.sequencer.submit([voice({ type: 'RepeatInvite', leg: id, head, edge })]).catch(() => undefined)
    }
    keeper.reconcileLeg(id)
    return undefined
  }

  #check(request: SipRequest, sender: Sender): Refusal | undefined {
    const { user } = sender
    const { centre: state, voice: legs } = this.#options.context.sequencer.committed.states
    const number = numberOf(request.uri)
    const parked = user === undefined ? undefined : parkedUnder(state, number)
    const caller = user === undefined ? undefined : state.configuration.extensions.get(user)
    if (!calledBy(state.configuration, caller, number) && !parked) return { status: 404 }
    const replaces = request.get('replaces')
    if (replaces !== undefined) {
      const { callId, toTag, fromTag } = readReplaces(replaces)
      // DEVIATION: RFC 3891 3: a dialog that is ours is not taken over by an INVITE; our own phones ask by REFER, which we carry out ourselves.
      return { status: legOf(legs, callId, toTag, fromTag) ? 603 : 481 }
    }
    if (isTooShort(request)) return { status: 422, headers: [['Min-SE', String(SESSION_SECONDS_MIN)]] }
    const welcome = welcomeOf(state.configuration.parameters, sender)
    if (request.body !== '' && !termsOf(request.body, welcome)) return { status: 488 }
    if (legs.legs.size >= LEGS_MAX) return busy()
    return undefined
  }

  #commands(call: { request: SipRequest; id: LegId; edge: string; sender: Sender; contact: string; process: string }) {
    const { request, id, edge, sender, contact, process } = call
    const { user } = sender
    const interaction = newId('ix')
    const { configuration } = this.#options.context.sequencer.committed.states.centre
    const name = user === undefined ? undefined : configuration.extensions.get(user)
    const caller = name === undefined ? undefined : configuration.users.get(name)
    const display = caller?.displayName ?? request.from.display?.slice(0, NAME_CHARS_MAX)
    const terms = request.body === '' ? undefined : termsOf(request.body, welcomeOf(configuration.parameters, sender))
    const leg: LegBirth = {
      id,
      interaction,
      participant: `${interaction}.p1`,
      edge,
      contact,
      process,
      dialog: {
        callId: request.callId,
        localTag: newTag(),
        ...(request.from.tag !== undefined && { remoteTag: request.from.tag }),
        local: untagged(request.to),
        remote: untagged(request.from),
        localSeq: 0,
        remoteSeq: request.cseq.number,
        target: request.contacts[0]?.uri ?? request.from.uri,
        routes: request.recordRoutes.map(formatNameAddr),
      },
    }
    return [
      voice({
        type: 'ReceiveInvite',
        leg,
        head: headOf(request),
        cseq: request.cseq.number,
        ...(request.body !== '' && { offer: request.body }),
        ...(terms && { terms }),
      }),
      centre({
        type: 'Arrive',
        interaction,
        from: caller?.extension ?? numberOf(request.from.uri).slice(0, NUMBER_CHARS_MAX),
        ...(display !== undefined && { fromName: display }),
        ...(name !== undefined && { user: name }),
        to: numberOf(request.uri),
      }),
    ]
  }
}

/** The number of a SIP or tel URI; the host counts for nothing. */
export function numberOf(uri: string): string {
  if (uri.startsWith('tel:')) return uri.slice(4).split(';')[0] ?? ''
  const user = parseUri(uri)?.user
  return user === undefined ? '' : unescapeUri(user.split(';')[0] ?? '')
}

/** RFC 3891 6.1, seen from the one who gets it: `to-tag` is ours. */
export function readReplaces(text: string): { callId: string; toTag: string | undefined; fromTag: string | undefined } {
  const [callId = '', ...params] = text.split(';').map((part) => part.trim())
  const find = (name: string): string | undefined =>
    params.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  return { callId, toTag: find('to-tag'), fromTag: find('from-tag') }
}

function untagged(value: NameAddr): string {
  const { tag: _, ...rest } = value
  return formatNameAddr({ ...rest, params: value.params.filter(([name]) => name.toLowerCase() !== 'tag') })
}

/** RFC 3261 21.5.4: not now, but soon. */
export function busy(): Refusal {
  return { status: 503, headers: [['Retry-After', String(RETRY_AFTER_S)]] }
}
