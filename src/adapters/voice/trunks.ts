import type { Millis } from '#base'
import { numberFor, type Trunk, trunksFor } from '#kernel/config'
import type { DesiredParticipant } from '#kernel/interaction'
import type { EdgeGreeting } from '#protocols/control'
import { answerChallenges, bracketed, type DigestCredentials, escapeUser, type SipResponse } from '#protocols/sip'
import type { VoiceContext } from './context.ts'
import type { LegBirth } from './leg/command.ts'
import type { Challenge, ClientRequest, Leg, LegId } from './leg/leg.ts'
import { newDialog } from './new-dialog.ts'

/**
 * A gateway says 100 within 200 ms (RFC 3261 17.2.1). One that has said nothing to four copies of an INVITE is passed over, where
 * another trunk carries the number: much sooner, and two lost datagrams cost a way; much later, and the caller hangs up.
 */
export const TRUNK_SILENT_MS = 4_000

/** A trunk that failed is tried after all others for so long, unless it answers before: a little longer than until it is asked again (TEL-07). */
const DOWN_MS = 45_000

/** A challenge is answered so often for one request: the first, and once more when its nonce was too old by then. */
const CHALLENGES_MAX = 3

/** What fits into a header of a challenge that anybody sends in earnest. */
const CHALLENGE_CHARS_MAX = 2_000

type Dial = NonNullable<DesiredParticipant['dial']>

/** The password that lies in a file of the secrets' folder; undefined when there is none. */
export type PasswordOf = (secret: string) => string | undefined

/** How a trunk is (TEL-25). */
export interface TrunkStatus {
  readonly name: string
  readonly calls: number
  readonly callsMax: number
  readonly serves: boolean
}

/** Which trunk a call to the outside takes, and how it is spoken to there. What is remembered of failures here is a preference, no more. */
export class Trunks {
  readonly #context: VoiceContext
  readonly #passwordOf: PasswordOf
  readonly #downUntil = new Map<string, Millis>()

  constructor(context: VoiceContext, passwordOf: PasswordOf) {
    this.#context = context
    this.#passwordOf = passwordOf
  }

  /** The next trunk to try for a number: those that have failed lately come last; undefined when none is left that has room. */
  choose(number: string, tried: readonly string[] = []): Trunk | undefined {
    const now = this.#context.sequencer.now()
    const all = trunksFor(this.#states.centre.configuration, number)
    const left = all.filter((trunk) => !tried.includes(trunk.name) && this.#callsOver(trunk) < trunk.callsMax)
    return left.find(({ name }) => (this.#downUntil.get(name) ?? 0) <= now) ?? left[0]
  }

  /** The next trunk for a leg whose own has failed. */
  another({ trunk }: Leg, { address }: Dial): Trunk | undefined {
    return trunk && this.choose(address, [...trunk.tried, trunk.name])
  }

  /** Each configured trunk: the calls over it, and whether it serves as far as is known here. */
  status(): readonly TrunkStatus[] {
    const now = this.#context.sequencer.now()
    return [...this.#states.centre.configuration.trunks.values()].map((trunk) => ({
      name: trunk.name,
      calls: this.#callsOver(trunk),
      callsMax: trunk.callsMax,
      serves: !trunk.paused && (this.#downUntil.get(trunk.name) ?? 0) <= now,
    }))
  }

  /** It has not taken a call. */
  failed(name: string): void {
    this.#context.counters.trunkFailures++
    this.down(name)
  }

  /** It does not serve now. */
  down(name: string): void {
    const now = this.#context.sequencer.now()
    if ((this.#downUntil.get(name) ?? 0) <= now) this.#context.logger.warn({ trunk: name }, 'a trunk does not serve')
    this.#downUntil.set(name, now + DOWN_MS)
  }

  /** It has answered. */
  heard(name: string): void {
    this.#downUntil.delete(name)
  }

  /** The header field that answers the leg's challenge, for a request of ours; the same bytes on every core (but for a changed password). */
  authorisation(leg: Leg, method: ClientRequest['method'], uri: string, cseq: number) {
    const credentials = leg.challenge && this.#credentialsOf(leg)
    if (!leg.challenge || !credentials || cseq < leg.challenge.from) return undefined
    const count = cseq - leg.challenge.from + 1
    return answerChallenges(leg.challenge, { method, uri }, credentials, {
      count,
      cnonce: `${leg.dialog.localTag}${cseq}`,
    })
  }

  /** What is to be remembered of a 401 or 407 to the request, if it can be answered and has not been. */
  challengeIn(
    response: SipResponse,
    leg: Leg,
    { cseq }: Pick<ClientRequest, 'cseq'>,
  ): Omit<Challenge, 'from'> | undefined {
    const { status } = response
    if ((status !== 401 && status !== 407) || !this.#credentialsOf(leg)) return undefined
    const values = response
      .getAll(status === 407 ? 'proxy-authenticate' : 'www-authenticate')
      .filter((value) => value.length <= CHALLENGE_CHARS_MAX)
    const times = leg.challenge?.times ?? 0
    const answered = leg.challenge !== undefined && cseq >= leg.challenge.from
    const isStale = values.some((value) => /[\s,]stale\s*=\s*"?true/i.test(value))
    if (values.length === 0 || (answered && !isStale) || times >= CHALLENGES_MAX) return undefined
    return { status, values, times: times + 1 }
  }

  get #states() {
    return this.#context.sequencer.committed.states
  }

  #callsOver({ name }: Trunk): number {
    return this.#states.voice.trunks.get(name) ?? 0
  }

  #credentialsOf({ trunk }: Leg): DigestCredentials | undefined {
    const known = trunk && this.#states.centre.configuration.trunks.get(trunk.name)
    if (known?.user === undefined || known.secret === undefined) return undefined
    const password = this.#passwordOf(known.secret)
    if (password === undefined) this.#context.logger.warn({ trunk: known.name }, 'the secret of a trunk is not there')
    return password === undefined ? undefined : { user: known.user, password }
  }
}

/** Host, port and transport of a trunk, as they stand in a SIP URI. */
export function placeOf({ host, port, transport = 'udp' }: Trunk): string {
  const at = port === undefined ? '' : `:${port}`
  return `${bracketed(host)}${at}${transport === 'udp' ? '' : `;transport=${transport}`}`
}

/** A dialog that is to begin over a trunk, by way of that edge. */
export function addressedOver(
  trunk: Trunk,
  id: LegId,
  edge: Pick<EdgeGreeting, 'sipHost' | 'sipPort'>,
  dial: Dial,
): Pick<LegBirth, 'contact' | 'dialog'> {
  const target = `sip:${escapeUser(numberFor(trunk, dial.address))}@${placeOf(trunk)}`
  const caller = `sip:${escapeUser(trunk.callerNumber ?? dial.callerNumber)}@${bracketed(trunk.host)}`
  return newDialog(id, edge, { target, caller, callerName: dial.callerName })
}
