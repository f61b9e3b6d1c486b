import { isIP } from 'node:net'
import { assertNever, type Clock, type Logger } from '#base'
import type { Binding, SipSource } from '#protocols/control'
import {
  checkDigest,
  checkForEndpoint,
  checkNonce,
  type DigestClaim,
  type DigestSecrets,
  type DigestVerdict,
  digestClaim,
  NonceCounter,
  parseUri,
  responseTo,
  type ServerTransaction,
  type SipRequest,
  type Target,
  unescapeUri,
  uriTarget,
} from '#protocols/sip'
import type { Bindings } from './bindings.ts'
import { type ChallengeOptions, challengeFor } from './challenge.ts'
import type { EdgeCounters } from './counters.ts'
import type { Credentials } from './credentials.ts'
import type { FlowTokens } from './flow-token.ts'
import { type EdgeLimits, RETRY_AFTER_SECONDS } from './limits.ts'
import type { OwnAddress } from './own-address.ts'
import type { Penalties } from './penalty.ts'
import { applyRegister } from './register.ts'

/** What the registrar works with. */
export interface RegistrarContext {
  readonly clock: Clock
  readonly logger: Logger
  /** The name of this edge. */
  readonly name: string
  readonly own: OwnAddress
  readonly tokens: FlowTokens
  readonly bindings: Bindings
  readonly digest: ChallengeOptions
  readonly credentials: Credentials
  readonly penalties: Penalties
  readonly limits: EdgeLimits
  readonly counters: EdgeCounters
}

/** RFC 5626 4.4.1: phones ping a connection at 80 to 100 % of this; a dead edge is noticed by its phones within two minutes. */
const FLOW_TIMER_SECONDS = 120

type Reply = (status: number, options?: Parameters<typeof responseTo>[2]) => void

/** A REGISTER whose sender says who he is. */
interface Attempt {
  readonly request: SipRequest
  readonly user: string
  readonly claim: DigestClaim
  readonly source: Target
  readonly reply: Reply
}

/** The registrar of RFC 3261 10.3 with digest authentication. A wrong password and an unknown user get the same 403. */
export class Registrar {
  readonly #context: RegistrarContext
  readonly #counter = new NonceCounter()

  constructor(context: RegistrarContext) {
    this.#context = context
  }

  /** Answers a REGISTER, later if the core must be asked or a wrong password is to be slowed. */
  register(request: SipRequest, transaction: ServerTransaction<Target>, source: Target): void {
    const reply: Reply = (status, options) => transaction.respond(responseTo(request, status, options))
    const fault = checkForEndpoint(request, { methods: ['REGISTER'] })
    if (fault) {
      reply(fault.status, { reason: fault.reason, ...(fault.headers ? { headers: fault.headers } : {}) })
      return
    }
    const user = this.#userOf(request)
    if (user === undefined) {
      reply(404)
      return
    }
    const { digest, clock, counters, logger } = this.#context
    const claim = digestClaim(request, digest.realm)
    const nonce = checkNonce(claim?.fields['nonce'] ?? '', { key: digest.key, now: clock.now() })
    if (!claim || nonce.state !== 'fresh') {
      this.#challenge(request, reply, claim !== undefined && nonce.state === 'stale')
      return
    }
    this.#authenticate({ request, user, claim, source, reply }).catch((error: unknown) => {
      counters.failed++
      logger.error({ error: String(error) }, 'registration failed')
      reply(500)
    })
  }

  #userOf(request: SipRequest): string | undefined {
    const uri = parseUri(request.to.uri)
    return uri?.user !== undefined && this.#context.own.is(uri) ? unescapeUri(uri.user) : undefined
  }

  #challenge(request: SipRequest, reply: Reply, stale: boolean): void {
    const now = this.#context.clock.now()
    reply(401, { headers: challengeFor(request, this.#context.digest, { now, stale }) })
  }

  async #authenticate(attempt: Attempt): Promise<void> {
    const { credentials } = this.#context
    const { request, user, claim, source, reply } = attempt
    const name = nameOf(user, claim)
    if (this.#isBlocked(source, user, reply)) return
    const secrets = await credentials.of(name)
    let verdict = this.#check(attempt, secrets)
    if (verdict === 'wrong') verdict = this.#check(attempt, await credentials.again(name))
    // Another try of the same source may have failed while the core was asked.
    if (this.#isBlocked(source, user, reply)) return
    switch (verdict) {
      case 'ok':
        this.#accept(attempt)
        return
      case 'unavailable':
        reply(503, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } })
        return
      case 'wrong':
        this.#refuse(attempt)
        return
      case 'stale':
      case 'replayed':
      case 'forged':
        this.#challenge(request, reply, verdict !== 'forged')
        return
      case 'malformed':
        reply(400, { reason: 'Bad Digest' })
        return
      default:
        assertNever(verdict)
    }
  }

  #check(
    { request, user, claim }: Attempt,
    secrets: DigestSecrets | undefined | 'unavailable',
  ): DigestVerdict | 'unavailable' {
    if (secrets === 'unavailable') return 'unavailable'
    const { digest, clock } = this.#context
    // Who names another user than he registers fails like an unknown one.
    const own = claim.user === nameOf(user, claim) ? secrets : undefined
    return checkDigest(request, claim, own, { key: digest.key, now: clock.now(), counter: this.#counter })
  }

  #isBlocked({ address }: SipSource, user: string, reply: Reply): boolean {
    const blockedMs = this.#context.penalties.blockedMs(address, user)
    if (blockedMs > 0) reply(503, { headers: { 'Retry-After': Math.ceil(blockedMs / 1000) } })
    return blockedMs > 0
  }

  #refuse({ user, source: { address }, reply }: Attempt): void {
    const { penalties, counters, logger, clock } = this.#context
    const { delayMs, failures } = penalties.failed(address, user)
    counters.unauthorized++
    logger.warn({ address, user, failures, delayMs }, 'wrong password at registration')
    if (delayMs === 0) reply(403)
    else clock.after(delayMs, () => reply(403))
  }

  #accept({ request, user, source, reply }: Attempt): void {
    const { bindings, limits, clock, penalties, counters, tokens } = this.#context
    penalties.succeeded(source.address, user)
    if (!bindings.hasRoomFor(user)) {
      reply(503, { headers: { 'Retry-After': limits.expiresSecondsMin } })
      return
    }
    const outcome = applyRegister(request, {
      bindings: bindings.of(user),
      limits,
      now: clock.now(),
      edge: this.#context.name,
      connected: source.transport !== 'udp',
      flow: (contact) => tokens.seal({ ...reachedAt(contact, source), user }),
    })
    if (outcome.type === 'refused') {
      const { status, reason, minExpires } = outcome
      reply(status, { ...(reason ? { reason } : {}), headers: { 'Min-Expires': minExpires } })
      return
    }
    counters.registered++
    if (outcome.changed) bindings.put(user, outcome.bindings)
    const now = clock.now()
    const contacts = bindings.of(user).map((binding) => contactValue(binding, now))
    // RFC 5626 6 and 5.4: the phone learns that its flows are kept side by side, and how often it must show that each lives.
    const outbound = outcome.outbound ? { Require: 'outbound', 'Flow-Timer': FLOW_TIMER_SECONDS } : {}
    reply(200, { headers: { Contact: contacts, Date: new Date(now).toUTCString(), ...outbound } })
  }
}

/** Whose secrets are meant: the user's own, or those of one of its log-ins, whose names begin with the user's and `~`. */
function nameOf(user: string, { user: claimed }: DigestClaim): string {
  return claimed.startsWith(`${user}~`) ? claimed : user
}

/**
 * Where requests for this contact go: back over the flow of its REGISTER, which passes address translators (RFC 5626). Only
 * a contact at the very address that the datagram came from, where no translator stands between, is taken at its word.
 */
function reachedAt(contact: string, source: Target): SipSource {
  const { transport, address, port } = source
  const uri = parseUri(contact)
  const named = uri && uriTarget(uri)
  if (transport === 'udp' && named && isIP(named.address) > 0 && named.address === address) return named
  return { transport, address, port }
}

function contactValue({ contact, expiresAt, instance, regId }: Binding, now: number): string {
  const flow = regId === undefined ? '' : `;+sip.instance="${instance}";reg-id=${regId}`
  return `<${contact}>;expires=${Math.max(1, Math.round((expiresAt - now) / 1000))}${flow}`
}
