import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { Clock, Logger } from '#base'
import type { Binding, CredentialAnswer, SipSource } from '#protocols/control'
import {
  checkForEndpoint,
  parseUri,
  responseTo,
  type ServerTransaction,
  type SipRequest,
  type Target,
  unescapeUri,
  uriTarget,
} from '#protocols/sip'
import type { Bindings } from './bindings.ts'
import type { EdgeCounters } from './counters.ts'
import type { Credentials } from './credentials.ts'
import type { DigestProof, DigestServer } from './digest.ts'
import type { FlowTokens } from './flow-token.ts'
import { type EdgeLimits, RETRY_AFTER_SECONDS } from './limits.ts'
import type { OwnAddress } from './own-address.ts'
import type { Penalties } from './penalty.ts'
import { applyRegister } from './register.ts'

/** What the registrar works with. */
export interface RegistrarContext {
  readonly clock: Clock
  readonly logger: Logger
  readonly own: OwnAddress
  readonly tokens: FlowTokens
  readonly bindings: Bindings
  readonly digest: DigestServer
  readonly credentials: Credentials
  readonly penalties: Penalties
  readonly limits: EdgeLimits
  readonly counters: EdgeCounters
}

type Secrets = NonNullable<CredentialAnswer['ha1']>
type Reply = (status: number, options?: Parameters<typeof responseTo>[2]) => void

/** Compared with when there is no such user, so that the answer takes as long and looks the same as for a wrong password. */
const NOBODY: Secrets = {
  MD5: createHash('md5').update('nobody').digest('hex'),
  'SHA-256': createHash('sha256').update('nobody').digest('hex'),
}

/** The registrar of RFC 3261 10.3 with digest authentication. A wrong password and an unknown user get the same 403. */
export class Registrar {
  readonly #context: RegistrarContext

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
    const proof = this.#context.digest.read(request)
    const freshness = proof ? this.#context.digest.freshness(proof) : 'foreign'
    if (!proof || freshness !== 'fresh') this.#challenge(request, reply, freshness === 'stale')
    else {
      this.#authenticate(request, { user, proof, source, reply }).catch((error: unknown) => {
        this.#context.counters.failed++
        this.#context.logger.error({ error: String(error) }, 'registration failed')
        reply(500)
      })
    }
  }

  #userOf(request: SipRequest): string | undefined {
    const uri = parseUri(request.to.uri)
    return uri?.user !== undefined && this.#context.own.is(uri) ? unescapeUri(uri.user) : undefined
  }

  #challenge(request: SipRequest, reply: Reply, stale: boolean): void {
    const challenges = this.#context.digest.challenges(request, stale)
    reply(401, { headers: challenges.map((value) => ['WWW-Authenticate', value] as const) })
  }

  async #authenticate(
    request: SipRequest,
    asked: { readonly user: string; readonly proof: DigestProof; readonly source: Target; readonly reply: Reply },
  ): Promise<void> {
    const { credentials } = this.#context
    const { user, proof, source, reply } = asked
    if (this.#isBlocked(source, user, reply)) return
    const secrets = await credentials.of(user)
    let fits = this.#fits(request, proof, user, secrets)
    if (!fits && secrets !== 'unavailable') fits = this.#fits(request, proof, user, await credentials.again(user))
    // Another try of the same source may have failed while the core was asked.
    if (this.#isBlocked(source, user, reply)) return
    if (fits) this.#accept(request, user, source, reply)
    else if (secrets === 'unavailable') reply(503, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } })
    else this.#refuse(user, source, reply)
  }

  #fits(request: SipRequest, proof: DigestProof, user: string, secrets: Secrets | undefined | 'unavailable'): boolean {
    const ha1 = (typeof secrets === 'object' ? secrets : NOBODY)[proof.algorithm] ?? ''
    const fits = this.#context.digest.fits(proof, request.method, ha1)
    return fits && ha1 !== '' && typeof secrets === 'object' && proof.username === user
  }

  #isBlocked({ address }: SipSource, user: string, reply: Reply): boolean {
    const blockedMs = this.#context.penalties.blockedMs(address, user)
    if (blockedMs > 0) reply(503, { headers: { 'Retry-After': Math.ceil(blockedMs / 1000) } })
    return blockedMs > 0
  }

  #refuse(user: string, { address }: SipSource, reply: Reply): void {
    const { penalties, counters, logger, clock } = this.#context
    const { delayMs, failures } = penalties.failed(address, user)
    counters.unauthorized++
    logger.warn({ address, user, failures, delayMs }, 'wrong password at registration')
    if (delayMs === 0) reply(403)
    else clock.after(delayMs, () => reply(403))
  }

  #accept(request: SipRequest, user: string, source: Target, reply: Reply): void {
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
    reply(200, { headers: { Contact: contacts, Date: new Date(now).toUTCString() } })
  }
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

function contactValue(binding: Binding, now: number): string {
  return `<${binding.contact}>;expires=${Math.max(1, Math.round((binding.expiresAt - now) / 1000))}`
}
