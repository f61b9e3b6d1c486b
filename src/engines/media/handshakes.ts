import { createHash, X509Certificate } from 'node:crypto'
import type { CipherContext, DtlsServer } from 'werift'
import type { Logger } from '#base'
import type { MediaSessionId } from '#protocols/control'
import { SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from '#protocols/srtp'

type Library = typeof import('werift')
type Certificate = Awaited<ReturnType<typeof CipherContext.createSelfSignedCertificateWithKey>>

/** What is offered in DTLS, the first the dearest to us: GCM costs half of the other. */
const OFFERED = [SRTP_PROFILES.AEAD_AES_128_GCM.number, SRTP_PROFILES.AES128_CM_HMAC_SHA1_80.number]

/** A handshake's packets that come while the library is being loaded; the peer sends them again anyway. */
const WAITING_MAX = 8

interface Handshake {
  server: DtlsServer | undefined
  /** What the party's SDP says of its certificate; absent while that is not known. */
  fingerprint: string | undefined
  /** Agreed on before the fingerprint was known. */
  unproved: SrtpKeys | undefined
  readonly waiting: Uint8Array[]
}

export interface HandshakesOptions {
  readonly logger: Logger
  /** Sends a packet to the party. */
  send(session: MediaSessionId, packet: Uint8Array): void
  /** The party has proved that it is who its SDP says. */
  secured(session: MediaSessionId, keys: SrtpKeys): void
}

/**
 * The DTLS handshakes of WebRTC parties (RFC 5764), on the control thread, since their arithmetic would hold up the sound of others.
 * We are the server (`a=setup:passive`). One certificate serves the process for its life, and no longer.
 */
export class Handshakes {
  readonly #options: HandshakesOptions
  readonly #sessions = new Map<MediaSessionId, Handshake>()
  #ready: Promise<{ readonly library: Library; readonly certificate: Certificate }> | undefined

  constructor(options: HandshakesOptions) {
    this.#options = options
  }

  /** SHA-256 of our certificate, as SDP writes it. The first call loads the library. */
  async fingerprint(): Promise<string> {
    const { certificate } = await this.#load()
    return new X509Certificate(certificate.certPem).fingerprint256
  }

  /** A session of a WebRTC party; another certificate than before is another party, and begins anew. */
  expect(session: MediaSessionId, fingerprint: string | undefined): void {
    const known = this.#sessions.get(session)
    if (known && known.fingerprint === fingerprint) return
    if (known?.fingerprint === undefined && known && fingerprint !== undefined) {
      known.fingerprint = fingerprint
      if (known.unproved) this.#prove(session, known, known.unproved)
      return
    }
    this.#sessions.set(session, { server: undefined, fingerprint, unproved: undefined, waiting: [] })
  }

  /** Takes a packet of the party. */
  received(session: MediaSessionId, packet: Uint8Array): void {
    const handshake = this.#sessions.get(session)
    if (!handshake) return
    if (handshake.server) {
      handshake.server.transport.socket.onData(Buffer.from(packet), ['', 0])
      return
    }
    if (handshake.waiting.length >= WAITING_MAX) return
    handshake.waiting.push(packet)
    if (handshake.waiting.length === 1) void this.#begin(session, handshake)
  }

  forget(session: MediaSessionId): void {
    this.#sessions.delete(session)
  }

  /** Forgets all but these. */
  keep(sessions: readonly MediaSessionId[]): void {
    const kept = new Set(sessions)
    for (const session of this.#sessions.keys()) if (!kept.has(session)) this.#sessions.delete(session)
  }

  async #begin(session: MediaSessionId, handshake: Handshake): Promise<void> {
    const { library, certificate } = await this.#load()
    if (this.#sessions.get(session) !== handshake) return
    const server = new library.DtlsServer({
      cert: certificate.certPem,
      key: certificate.keyPem,
      signatureHash: certificate.signatureHash,
      transport: {
        type: 'media',
        address: { address: '', family: 'IPv4', port: 0 },
        closed: false,
        onData: () => {},
        send: async (packet) => {
          if (this.#sessions.get(session) === handshake) this.#options.send(session, Uint8Array.from(packet))
        },
        close: async () => {},
      },
      srtpProfiles: OFFERED,
      extendedMasterSecret: true,
      certificateRequest: true,
    })
    server.onConnect.subscribe(() => this.#agreed(session, handshake, server))
    server.onError.subscribe((error) => {
      this.#options.logger.warn({ session, error: String(error) }, 'handshake failed')
      // The party begins anew, and so do we.
      if (handshake.server === server) handshake.server = undefined
    })
    handshake.server = server
    for (const packet of handshake.waiting.splice(0)) server.transport.socket.onData(Buffer.from(packet), ['', 0])
  }

  #agreed(session: MediaSessionId, handshake: Handshake, server: DtlsServer): void {
    if (this.#sessions.get(session) !== handshake || handshake.server !== server) return
    const number = server.srtp.srtpProfile
    const profile = (Object.keys(SRTP_PROFILES) as SrtpProfile[]).find((one) => SRTP_PROFILES[one].number === number)
    if (!profile) return
    const { keyBytes, saltBytes } = SRTP_PROFILES[profile]
    const keys = server.extractSessionKeys(keyBytes, saltBytes)
    const agreed: SrtpKeys = {
      profile,
      local: { key: Uint8Array.from(keys.localKey), salt: Uint8Array.from(keys.localSalt) },
      remote: { key: Uint8Array.from(keys.remoteKey), salt: Uint8Array.from(keys.remoteSalt) },
    }
    if (handshake.fingerprint === undefined) handshake.unproved = agreed
    else this.#prove(session, handshake, agreed)
  }

  /** RFC 5763 5: the certificate must be the one that the SDP names, or anybody could be the party. */
  #prove(session: MediaSessionId, handshake: Handshake, keys: SrtpKeys): void {
    handshake.unproved = undefined
    const shown = handshake.server?.remoteCertificate
    const proved = shown !== undefined && fingerprintOf(shown) === handshake.fingerprint?.toUpperCase()
    if (proved) this.#options.secured(session, keys)
    else this.#options.logger.warn({ session }, 'party shows another certificate than its SDP names')
  }

  #load(): Promise<{ readonly library: Library; readonly certificate: Certificate }> {
    this.#ready ??= import('werift').then(async (library) => ({
      library,
      certificate: await library.CipherContext.createSelfSignedCertificateWithKey(
        { signature: library.SignatureAlgorithm.ecdsa_3, hash: library.HashAlgorithm.sha256_4 },
        library.NamedCurveAlgorithm.secp256r1_23,
      ),
    }))
    return this.#ready
  }
}

function fingerprintOf(certificate: Buffer): string {
  const hash = createHash('sha256').update(certificate).digest('hex').toUpperCase()
  return hash.match(/../g)!.join(':')
}
