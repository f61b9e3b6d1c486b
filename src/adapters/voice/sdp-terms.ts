import { isIP } from 'node:net'
import { type OpusFor, opusFor, type Parameter, srtpFor } from '#kernel/config'
import type { G711 } from '#protocols/audio'
import type { MediaCodec, MediaLocal } from '#protocols/control'
import { type AgreedMedia, type CodecName, makeAnswer, makeOffer, readAnswer, type SentSdp } from '#protocols/sdp'
import type { Sender } from './edge-pool.ts'
import type { Leg, Terms } from './leg/leg.ts'

/** What our SDP is made of. */
export interface SdpInput {
  readonly leg: Pick<Leg, 'id' | 'media'>
  readonly local: MediaLocal
  /** The law to prefer: the other party's, so that nobody need decode. */
  readonly first?: G711
  /** Whether Opus may be offered. */
  readonly opus?: boolean
  /** Offers nothing but the codec that is in use: for a party that refused a wider offer. */
  readonly narrow?: boolean
}

const ANYWHERE: MediaLocal = {
  address: '0.0.0.0',
  port: 9,
  webrtc: { ufrag: '-', password: '-', fingerprint: '-' },
}

/** RFC 2543's hold, and what nobody can send to. */
const NOWHERE: readonly string[] = ['0.0.0.0', '::']

/** Lengths of a packet of Opus that we send, in milliseconds (RFC 7587 4.2), of those that a session can have. */
const OPUS_PTIMES: readonly number[] = [10, 20, 40, 60]

/** What the sound of a party that speaks Opus is inside. */
const INSIDE: G711 = 'PCMA'

/** What a party may speak with us besides G.711 in clear. */
export interface Welcome {
  readonly opus?: OpusFor
  /** Whether keys in SDP may protect the sound. */
  readonly srtp?: boolean
}

/** What a party may speak whose offer came over that transport, as the configuration says. */
export function welcomeOf(parameters: ReadonlyMap<string, Parameter>, { isSecret }: Pick<Sender, 'isSecret'>): Welcome {
  const srtp = srtpFor(parameters)
  return { opus: opusFor(parameters), srtp: srtp === 'anywhere' || (isSecret && srtp !== 'refused') }
}

/** The terms of a party's SDP, be it an offer or an answer; nothing when no codec of ours is in it, or it cannot be read. */
export function termsOf(sdp: string, { opus = 'nobody', srtp: mayProtect = false }: Welcome = {}): Terms | undefined {
  const local = { ...ANYWHERE, ...(mayProtect && { srtp: { key: '-' } }) }
  const wide = readAnswer(sdp, { ...local, codecs: ['opus', 'PCMU', 'PCMA'] })
  if (!wide.ok) return undefined
  const isWelcome = opus === 'everybody' || (opus === 'browsers' && wide.agreed.webrtc !== undefined)
  const read = isWelcome || wide.agreed.codec !== 'opus' ? wide : readAnswer(sdp, local)
  if (!read.ok) return undefined
  const { address, port, webrtc, srtp, telephoneEvent, telephoneEventHz, telephoneEventNarrow, direction } = read.agreed
  // Where a browser is, ICE finds out.
  const reachable = !webrtc && isIP(address) !== 0 && !NOWHERE.includes(address)
  return {
    ...(reachable && { remote: { address, port } }),
    ...(webrtc && { webrtc: { fingerprint: webrtc.fingerprint } }),
    ...(srtp && { srtp }),
    codec: codecOf(read.agreed),
    ...(telephoneEvent !== undefined && { telephoneEvent }),
    ...(telephoneEventHz && { telephoneEventHz }),
    ...(telephoneEventNarrow !== undefined && { telephoneEventNarrow }),
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
  }
}

function codecOf({ codec, payloadType, ptimeMs }: AgreedMedia): MediaCodec {
  if (codec !== 'opus') {
    return { name: codec, payloadType, ptimeMs: 5 * Math.round(Math.min(60, Math.max(10, ptimeMs)) / 5) }
  }
  return { name: INSIDE, wire: 'opus', payloadType, ptimeMs: OPUS_PTIMES.includes(ptimeMs) ? ptimeMs : 20 }
}

/** The terms of the answer to an offer of ours: what we did not offer cannot be in them, and nobody may take secrecy off. */
export function termsOfAnswer(sdp: string, { media: { sdp: offer = '' } }: Pick<Leg, 'media'>): Terms | undefined {
  const srtp = /^m=audio [1-9]\d* RTP\/SAVP/m.test(offer)
  const terms = termsOf(sdp, { opus: /^a=rtpmap:\d+ opus\//m.test(offer) ? 'everybody' : 'nobody', srtp })
  return srtp && !terms?.srtp ? undefined : terms
}

/** Our answer to an offer whose terms these are (RFC 3264 6): the party's first codec that is ours. */
export function answerSdp({ leg, local }: SdpInput, offer: string, { codec }: Terms): string {
  const made = makeAnswer(offer, { ...local, ...(codec && { codecs: [onWire(codec)] }) }, numbering(leg))
  return made.ok ? made.answer.text : ''
}

/** An offer of ours: Opus if it may be, both laws of G.711 and telephone events; within a dialog the codec that is in use comes first. */
export function offerSdp({ leg, local, first, opus, narrow }: SdpInput): string {
  const used = leg.media.terms?.codec
  const law = used?.name ?? first ?? 'PCMA'
  const laws: readonly CodecName[] = law === 'PCMU' ? ['PCMU', 'PCMA'] : ['PCMA', 'PCMU']
  const all: readonly CodecName[] = opus || used?.wire ? ['opus', ...laws] : laws
  const codecs = used && !used.wire ? [...laws, ...all.filter((name) => name === 'opus')] : all
  return makeOffer({ ...local, codecs: narrow ? codecs.slice(0, 1) : codecs }, numbering(leg)).text
}

function onWire({ name, wire }: MediaCodec): CodecName {
  return wire ?? name
}

/** RFC 3264 8: the o= line goes on from what we said last, whichever core said it. */
function numbering({ id, media }: SdpInput['leg']): { readonly sessionId: string; readonly previous?: SentSdp } {
  const sessionId = sessionNumber(id)
  const version = /^o=\S+ \S+ (\d+)/m.exec(media.sdp ?? '')?.[1]
  if (media.sdp === undefined || version === undefined) return { sessionId }
  return { sessionId, previous: { sessionId, sessionVersion: Number(version), text: media.sdp } }
}

/** RFC 8866 5.2 asks for a number that is unique for the user and address; a hash of the leg's id is, on every core alike. */
function sessionNumber(id: string): string {
  let hash = 0
  for (const char of id) hash = (hash * 31 + char.charCodeAt(0)) % 0x7fff_ffff
  return String(hash)
}
