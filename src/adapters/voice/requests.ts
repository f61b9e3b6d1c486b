import { dialledBy } from '#kernel/centre'
import {
  checkForEndpoint,
  classify,
  parseNameAddr,
  parseUri,
  responseTo,
  type SipRequest,
  unescapeUri,
} from '#protocols/sip'
import { inboundLegId, legOf, legOfRequest } from './dialogs.ts'
import type { Sender } from './edge-pool.ts'
import { busy, InboundCalls, type InboundOptions, numberOf, type Refusal, readReplaces } from './inbound-call.ts'
import type { VoiceCommand } from './leg/command.ts'
import { isOver, type Leg } from './leg/leg.ts'
import { headOf } from './leg-messages.ts'
import type { PartyIndex } from './party-index.ts'
import { type AdapterCommand, centre, voice } from './repair.ts'
import { answerSdp, offerSdp, termsOf, termsOfAnswer, welcomeOf } from './sdp-terms.ts'
import { agreeTimer } from './session-timer.ts'
import { ALLOW } from './sip-methods.ts'

/** What we serve as an endpoint. */
export const ABILITIES = {
  methods: ALLOW.split(', '),
  extensions: ['timer', 'replaces'],
  mediaTypes: ['application/sdp', 'application/dtmf-relay', 'application/dtmf', 'message/sipfrag'],
} as const

/** Requests of peers. What one causes is made durable first; its answer says that it is. */
export class Requests {
  readonly #options: InboundOptions
  readonly #parties: PartyIndex
  readonly #calls: InboundCalls

  constructor(options: InboundOptions, parties: PartyIndex) {
    this.#options = options
    this.#parties = parties
    this.#calls = new InboundCalls(options)
  }

  async receive(request: SipRequest, edge: string, sender: Sender): Promise<void> {
    if (request.method === 'ACK') return this.#acknowledge(request)
    const refusal = await this.#serve(request, edge, sender)
    if (refusal) this.#answer(request, edge, refusal)
  }

  /** The answer's status, or nothing when it comes from the reconciliation (or not at all). */
  async #serve(request: SipRequest, edge: string, sender: Sender): Promise<Refusal | undefined> {
    if (request.method === 'CANCEL') return this.#cancel(request, edge)
    if (request.to.tag === undefined) {
      if (request.method === 'INVITE') return this.#calls.receive(request, edge, sender)
      if (request.method === 'OPTIONS')
        return {
          status: 200,
          headers: [
            ['Allow', ALLOW],
            ['Accept', 'application/sdp'],
          ],
        }
      return { status: 481 }
    }
    const leg = legOfRequest(this.#state, request)
    if (!leg) {
      this.#options.context.counters.strays++
      return { status: 481 }
    }
    if (request.method === 'BYE') return this.#bye(request, leg)
    const repeated = request.cseq.number === leg.dialog.remoteSeq
    if (repeated && request.method === 'REFER') return { status: 202 }
    if (repeated && request.method === 'INFO') return { status: 200 }
    if (isOver(leg)) return { status: 481 }
    switch (request.method) {
      case 'INVITE':
        return this.#reinvite(request, leg, sender)
      case 'INFO':
        return this.#info(request, leg)
      case 'REFER':
        return this.#refer(request, leg)
      case 'OPTIONS':
        return {
          status: 200,
          headers: [
            ['Allow', ALLOW],
            ['Accept', 'application/sdp'],
          ],
        }
      case 'NOTIFY':
        return { status: 200 }
      default:
        return { status: 405, headers: [['Allow', ALLOW]] }
    }
  }

  get #state() {
    return this.#options.context.sequencer.committed.states.voice
  }

  #answer(request: SipRequest, edge: string, { status, headers }: Refusal): void {
    const leg = legOfRequest(this.#state, request)
    this.#options.edges.send(
      edge,
      responseTo(request, status, { ...(leg && { toTag: leg.dialog.localTag }), ...(headers && { headers }) }),
    )
  }

  /** Makes it durable; false when the log takes nothing now. */
  async #submit(commands: readonly AdapterCommand[]): Promise<boolean> {
    try {
      await this.#options.context.sequencer.submit(commands)
      return true
    } catch (error) {
      this.#options.context.counters.refused++
      this.#options.context.logger.warn({ error: String(error) }, 'request not taken')
      return false
    }
  }

  async #acknowledge(request: SipRequest): Promise<void> {
    const leg = legOfRequest(this.#state, request)
    if (!leg?.server?.answered || leg.server.cseq !== request.cseq.number) return
    const terms = request.body === '' ? undefined : termsOfAnswer(request.body, leg)
    const acknowledge: VoiceCommand = {
      type: 'Acknowledge',
      leg: leg.id,
      cseq: request.cseq.number,
      ...(terms && { terms }),
    }
    const mute = leg.server.lateOffer === true && !terms
    await this.#submit(
      mute
        ? [voice(acknowledge), voice({ type: 'Release', leg: leg.id }), this.#cleared(leg, 'lost')]
        : [voice(acknowledge)],
    )
  }

  async #cancel(request: SipRequest, edge: string): Promise<Refusal | undefined> {
    const leg = this.#state.legs.get(inboundLegId(request))
    if (!leg) return { status: 481 }
    const { state } = leg.progress
    if (state !== 'arrived' && state !== 'ringing') return { status: 200 }
    const done = await this.#submit([
      voice({ type: 'Reject', leg: leg.id, status: 487 }),
      this.#cleared(leg, 'hung-up'),
    ])
    if (!done) return undefined
    this.#answer(request, edge, { status: 200 })
    return undefined
  }

  /** Silence when the log takes nothing: the peer asks again, and its call is not kept alive by an error. */
  async #bye(request: SipRequest, leg: Leg): Promise<Refusal | undefined> {
    if (isOver(leg)) return { status: 200 }
    const done = await this.#submit([
      voice({ type: 'End', leg: leg.id, cseq: request.cseq.number }),
      this.#cleared(leg, 'hung-up'),
    ])
    return done ? { status: 200 } : undefined
  }

  #cleared(leg: Leg, reason: 'hung-up' | 'lost'): AdapterCommand {
    return centre({
      type: 'ReportCleared',
      interaction: this.#parties.homeOf(leg),
      participant: leg.participant,
      reason,
    })
  }

  async #reinvite(request: SipRequest, leg: Leg, sender: Sender): Promise<Refusal | undefined> {
    const { number } = request.cseq
    const repeated = leg.server?.cseq === number || number === leg.dialog.remoteSeq
    if (repeated) {
      this.#options.keeper.sentOf(leg.id).forgetKey(`200:${number}`)
      this.#options.keeper.reconcileLeg(leg.id)
      return undefined
    }
    if (number < leg.dialog.remoteSeq) return { status: 500 }
    // RFC 3261 14.2: a second INVITE before the first is settled waits; one that crosses ours is told so.
    if (leg.server) return { status: 500, headers: [['Retry-After', '1']] }
    if (leg.requests.some((open) => open.method === 'INVITE')) return { status: 491 }
    if (leg.progress.state !== 'confirmed' || !leg.media.local) return { status: 491 }
    const { parameters } = this.#options.context.sequencer.committed.states.centre.configuration
    const terms = request.body === '' ? undefined : termsOf(request.body, welcomeOf(parameters, sender))
    if (request.body !== '' && !terms) return { status: 488 }
    // A call that began in clear has no key of ours.
    if (terms?.srtp && !leg.media.local.srtp) return { status: 488 }
    const input = { leg, local: leg.media.local }
    const done = await this.#submit([
      voice({
        type: 'TakeReinvite',
        leg: leg.id,
        head: headOf(request),
        cseq: number,
        target: request.contacts[0]?.uri ?? leg.dialog.target,
        sdp: terms ? answerSdp(input, request.body, terms) : offerSdp(input),
        ...(terms && { terms }),
        ...agreeTimer(headOf(request)),
      }),
      ...(terms ? this.#holdChange(leg, terms.sends) : []),
    ])
    return done ? undefined : busy()
  }

  /**
   * RFC 3264 8.4: a party that wants to hear nothing has put us on hold; one that wants to hear again takes us back, also one that
   * has forgotten its hold in the answer to an offer of ours.
   */
  #holdChange(leg: Leg, hears: boolean): AdapterCommand[] {
    const heard = leg.media.terms?.sends ?? true
    if (!heard && !hears) return []
    const party = this.#parties.placeOf(leg)
    return [centre({ type: hears ? 'Retrieve' : 'Hold', ...party })]
  }

  async #info(request: SipRequest, leg: Leg): Promise<Refusal | undefined> {
    const { number } = request.cseq
    if (number < leg.dialog.remoteSeq) return { status: 500 }
    const digit = digitOf(request)
    if (digit === undefined) return { status: 200 }
    const done = await this.#submit([
      voice({ type: 'TakeRequest', leg: leg.id, cseq: number }),
      centre({ type: 'PressDigit', interaction: this.#parties.homeOf(leg), participant: leg.participant, digit }),
    ])
    return done ? { status: 200 } : busy()
  }

  /** RFC 3515 and 5589: an agent's phone transfers. We carry it out ourselves and tell the phone that it went well. */
  async #refer(request: SipRequest, leg: Leg): Promise<Refusal | undefined> {
    const { number } = request.cseq
    if (number < leg.dialog.remoteSeq) return { status: 500 }
    const command = this.#transferOf(request, leg)
    if ('status' in command) return command
    const notify = { event: `refer;id=${number}`, sipfrag: 'SIP/2.0 200 OK\r\n' }
    const done = await this.#submit([voice({ type: 'TakeRequest', leg: leg.id, cseq: number, notify }), command])
    return done ? { status: 202 } : busy()
  }

  #transferOf(request: SipRequest, leg: Leg): AdapterCommand | Refusal {
    const target = parseNameAddr(request.get('refer-to') ?? '')
    const uri = target && parseUri(target.uri)
    if (!uri) return { status: 400 }
    const party = this.#parties.placeOf(leg)
    const replaces = /(?:^|&)replaces=([^&]*)/i.exec(uri.headers ?? '')?.[1]
    if (replaces !== undefined) {
      const { callId, toTag, fromTag } = readReplaces(unescapeUri(replaces))
      const other = legOf(this.#state, callId, toTag, fromTag) ?? legOf(this.#state, callId, fromTag, toTag)
      if (!other || isOver(other) || other.id === leg.id) return { status: 481 }
      const consulted = this.#parties.homeOf(other)
      return centre({ type: 'Join', ...party, consulted, consultedParticipant: other.participant })
    }
    const to = numberOf(target.uri)
    const { configuration, interactions } = this.#options.context.sequencer.committed.states.centre
    const { user } = interactions.get(party.interaction)?.participants.find(({ id }) => id === party.participant) ?? {}
    return dialledBy(configuration, user, to) ? centre({ type: 'Transfer', ...party, to }) : { status: 404 }
  }
}

const DIGIT = /^[0-9*#A-D]$/

/** The digit of an INFO: `Signal=5` of application/dtmf-relay, or the bare digit of application/dtmf. */
function digitOf(request: SipRequest): string | undefined {
  const relay = request.contentType === 'application/dtmf-relay'
  if (!relay && request.contentType !== 'application/dtmf') return undefined
  const text = relay ? (/^\s*signal\s*=\s*(\S+)/im.exec(request.body)?.[1] ?? '') : request.body.trim()
  const digit = text === '10' ? '*' : text === '11' ? '#' : text.toUpperCase()
  return DIGIT.test(digit) ? digit : undefined
}

/** Reads a message of an edge: what to do with it. */
export function readMessage(text: string): ReturnType<typeof classify> {
  return classify(text, (request) => checkForEndpoint(request, ABILITIES))
}
