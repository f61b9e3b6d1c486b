import type { CentreCommand } from '#kernel/centre'
import { formatNameAddr, type SipResponse } from '#protocols/sip'
import { legOfResponse } from './dialogs.ts'
import type { InboundOptions } from './inbound-call.ts'
import type { ClientRequest, Leg } from './leg/leg.ts'
import { ackOf, ackOfRefusal, refuseStray2xx } from './leg-messages.ts'
import { isWeb } from './media-spec.ts'
import type { PartyIndex } from './party-index.ts'
import { type AdapterCommand, centre, requestKey, voice } from './repair.ts'
import { termsOfAnswer } from './sdp-terms.ts'
import { timerOf } from './session-timer.ts'
import { sameLocal } from './upkeep.ts'

/** RFC 3261 14.1: who made the Call-ID waits 2.1 to 4 s after a 491, the other at most 2 s; the middle of each, since the peers differ anyway. */
const GLARE_OWNER_MS = 3000
const GLARE_OTHER_MS = 1000

/** A party that refused our new address is asked again after this, twice as long each time: whatever was in the way may have passed. */
const REFUSED_MS = 1000

/** Answers of peers to requests of ours. */
export class Responses {
  readonly #options: InboundOptions
  readonly #parties: PartyIndex

  constructor(options: InboundOptions, parties: PartyIndex) {
    this.#options = options
    this.#parties = parties
  }

  async receive(response: SipResponse, edge: string): Promise<void> {
    if (response.cseq.method === 'OPTIONS' && this.#options.watch.take(response)) return
    const leg = legOfResponse(this.#options.context.sequencer.committed.states.voice, response)
    const { method, number } = response.cseq
    if (method === 'INVITE' && response.status >= 300) this.#options.edges.send(edge, ackOfRefusal(response))
    if (!leg) return this.#stray(response, edge)
    const { keeper } = this.#options
    if (method === 'CANCEL') return this.#cancelAnswered(response, leg)
    const request = leg.requests.find((open) => open.cseq === number && open.method === method)
    if (!request) return this.#settled(response, leg, edge)
    keeper.sentOf(leg.id).hear(requestKey(request), response.status)
    if (leg.trunk && response.status < 500) this.#options.trunks.heard(leg.trunk.name)
    if (response.status < 200) return this.#provisional(response, leg, request)
    await this.#final(response, leg, request)
  }

  /**
   * RFC 3261 13.2.2.4: an ACK for every 2xx, again for each repetition of it, even when the leg is over by now: a core that died
   * may have owed it. A dialog that is not the leg's is ended.
   */
  #settled(response: SipResponse, leg: Leg, edge: string): void {
    if (response.cseq.method !== 'INVITE' || response.status < 200 || response.status > 299) return
    if (leg.dialog.remoteTag === response.to.tag) this.#options.edges.send(leg.edge, ackOf(leg, response.cseq.number))
    else this.#stray(response, edge)
  }

  #stray(response: SipResponse, edge: string): void {
    this.#options.context.counters.strays++
    if (response.status < 200 || response.status > 299) return
    for (const request of refuseStray2xx(response)) this.#options.edges.send(edge, request)
  }

  /** The edge that knows no INVITE to be cancelled answers 481: nothing rings any more. */
  async #cancelAnswered(response: SipResponse, leg: Leg): Promise<void> {
    if (leg.progress.state !== 'cancelling' || response.status < 200) return
    this.#options.keeper.sentOf(leg.id).hear(`CANCEL:${response.cseq.number}`, response.status)
    if (response.status === 481) await this.#submit(leg, [voice({ type: 'End', leg: leg.id })])
  }

  async #provisional(response: SipResponse, leg: Leg, request: ClientRequest): Promise<void> {
    const first = request.method === 'INVITE' && leg.dialog.remoteTag === undefined
    if (!first) return
    if (leg.progress.state === 'cancelling') return this.#options.keeper.reconcileLeg(leg.id)
    if (response.status === 100 || leg.progress.state !== 'dialling') return
    await this.#submit(leg, [
      voice({ type: 'Alert', leg: leg.id }),
      centre({ type: 'ReportAlerting', ...this.#party(leg) }),
    ])
  }

  async #final(response: SipResponse, leg: Leg, request: ClientRequest): Promise<void> {
    const challenge = this.#options.trunks.challengeIn(response, leg, request)
    if (challenge && leg.progress.state !== 'cancelling') {
      await this.#submit(leg, [voice({ type: 'Authorise', leg: leg.id, cseq: request.cseq, challenge })])
      return
    }
    const dialling = request.method === 'INVITE' && leg.dialog.remoteTag === undefined
    if (!dialling) return this.#finalInDialog(response, leg, request)
    if (response.status < 300) return this.#accepted(response, leg)
    const { progress } = leg
    const other = isOfTrunk(response.status) ? this.#options.keeper.anotherWay(leg) : undefined
    if (other) {
      await this.#submit(leg, [other])
      return
    }
    await this.#submit(leg, [
      voice({ type: 'End', leg: leg.id }),
      ...(progress.state === 'cancelling'
        ? []
        : [centre({ type: 'ReportFailed', ...this.#party(leg), reason: reasonOf(response.status) })]),
    ])
  }

  async #accepted(response: SipResponse, leg: Leg): Promise<void> {
    const terms = termsOfAnswer(response.body, leg)
    const timer = timerOf(response)
    const commands = [
      voice({
        type: 'Accept',
        leg: leg.id,
        remoteTag: response.to.tag ?? '',
        target: response.contacts[0]?.uri ?? leg.dialog.target,
        routes: response.recordRoutes.map(formatNameAddr).reverse(),
        ...(terms && { terms }),
        ...(timer && { timer }),
      }),
      ...(terms
        ? [centre({ type: 'ReportConnected', ...this.#party(leg) })]
        : [
            voice({ type: 'Release', leg: leg.id }),
            centre({ type: 'ReportFailed', ...this.#party(leg), reason: 'error' }),
          ]),
    ]
    if (await this.#submit(leg, commands)) this.#ack(leg.id, response.cseq.number)
  }

  async #finalInDialog(response: SipResponse, leg: Leg, request: ClientRequest): Promise<void> {
    const { status } = response
    if (request.method === 'BYE') {
      await this.#submit(leg, [voice({ type: 'End', leg: leg.id })])
      return
    }
    // RFC 3261 12.2.1.2: 481 and 408 say that the dialog is no more.
    // Of a browser it says that its page is gone: the call waits for the next one.
    if ((status === 481 || status === 408) && !(leg.direction === 'out' && isWeb(leg))) {
      await this.#submit(leg, [
        voice({ type: 'End', leg: leg.id }),
        centre({ type: 'ReportCleared', ...this.#party(leg), reason: 'lost' }),
      ])
      return
    }
    const done = await this.#submit(leg, [this.#close(response, leg, request)])
    if (done && request.method === 'INVITE' && status < 300) this.#ack(leg.id, request.cseq)
  }

  #close(response: SipResponse, leg: Leg, request: ClientRequest): AdapterCommand {
    const { status } = response
    const invite = request.method === 'INVITE'
    const terms = invite && status < 300 ? termsOfAnswer(response.body, leg) : undefined
    const target = invite && status < 300 ? response.contacts[0]?.uri : undefined
    const pauseMs = invite ? pauseAfter(leg, status) : undefined
    return voice({
      type: 'CloseRequest',
      leg: leg.id,
      cseq: request.cseq,
      status,
      ...(terms && { terms }),
      ...(target !== undefined && { target }),
      ...(pauseMs !== undefined && { offerNotBefore: this.#options.context.sequencer.now() + pauseMs }),
      ...(pauseMs !== undefined && status !== 491 && { refused: true }),
    })
  }

  #ack(id: string, cseq: number): void {
    const leg = this.#options.context.sequencer.committed.states.voice.legs.get(id)
    if (leg?.dialog.remoteTag !== undefined) this.#options.edges.send(leg.edge, ackOf(leg, cseq))
  }

  #party(leg: Leg): Pick<Extract<CentreCommand, { type: 'ReportAlerting' }>, 'interaction' | 'participant'> {
    return { interaction: this.#parties.homeOf(leg), participant: leg.participant }
  }

  /** An answer that cannot be made durable is treated as lost: the request is repeated, and the edge gives the answer again. */
  async #submit(leg: Leg, commands: readonly AdapterCommand[]): Promise<boolean> {
    try {
      await this.#options.context.sequencer.submit(commands)
      return true
    } catch (error) {
      this.#options.context.logger.warn({ leg: leg.id, error: String(error) }, 'answer not taken')
      this.#options.keeper.sentOf(leg.id).forget()
      this.#options.keeper.reconcileLeg(leg.id)
      return false
    }
  }
}

/**
 * How long after this answer to a re-INVITE of ours the next one waits; undefined when there is none to follow. RFC 3261 14.1: after a
 * refusal the session stays as it was. That is well for a refresh, and of no use when the old address of ours is gone.
 */
function pauseAfter({ direction, media, refusals = 0 }: Leg, status: number): number | undefined {
  if (status === 491) return direction === 'out' ? GLARE_OWNER_MS : GLARE_OTHER_MS
  return status < 300 || sameLocal(media.local, media.told) ? undefined : REFUSED_MS * 2 ** refusals
}

/** Whether the answer tells of the trunk rather than of whom it leads to: then another trunk may do better. */
function isOfTrunk(status: number): boolean {
  return status >= 500 ? status < 600 : status === 401 || status === 407 || status === 408 || status === 430
}

/** What a refusal means to routing. */
function reasonOf(status: number): 'busy' | 'no-answer' | 'declined' | 'unreachable' | 'error' {
  if (status === 486 || status === 600) return 'busy'
  if (status === 603 || status === 403) return 'declined'
  if (status === 480 || status === 404 || status === 408 || status === 410 || status === 430) return 'unreachable'
  return status === 487 ? 'no-answer' : 'error'
}
