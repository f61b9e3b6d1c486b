import { isIP } from 'node:net'
import type { MediaLocal } from '#protocols/control'
import { type CodecName, makeAnswer, makeOffer, readAnswer, type SentSdp } from '#protocols/sdp'
import type { Leg, Terms } from './leg/leg.ts'

/** What our SDP is made of. */
export interface SdpInput {
  readonly leg: Pick<Leg, 'id' | 'media'>
  readonly local: MediaLocal
  /** The codec to prefer: the other party's, so that nobody need decode. */
  readonly first?: CodecName
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

/** The terms of a party's SDP, be it an offer or an answer; nothing when no codec of ours is in it, or it cannot be read. */
export function termsOf(sdp: string): Terms | undefined {
  const read = readAnswer(sdp, ANYWHERE)
  if (!read.ok) return undefined
  const { address, port, webrtc, codec, payloadType, ptimeMs, telephoneEvent, direction } = read.agreed
  // Where a browser is, ICE finds out.
  const reachable = !webrtc && isIP(address) !== 0 && !NOWHERE.includes(address)
  return {
    ...(reachable && { remote: { address, port } }),
    ...(webrtc && { webrtc: { fingerprint: webrtc.fingerprint } }),
    codec: { name: codec, payloadType, ptimeMs: 5 * Math.round(Math.min(60, Math.max(10, ptimeMs)) / 5) },
    ...(telephoneEvent !== undefined && { telephoneEvent }),
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
  }
}

/** Our answer to an offer whose terms could be read (RFC 3264 6): the party's first codec that is ours. */
export function answerSdp({ leg, local }: SdpInput, offer: string): string {
  const codec = termsOf(offer)?.codec?.name
  const made = makeAnswer(offer, { ...local, ...(codec && { codecs: [codec] }) }, numbering(leg))
  return made.ok ? made.answer.text : ''
}

/** An offer of ours: both laws of G.711 and telephone events; within a dialog the codec that is in use comes first. */
export function offerSdp({ leg, local, first, narrow }: SdpInput): string {
  const codec = leg.media.terms?.codec?.name ?? first ?? 'PCMA'
  const both: readonly CodecName[] = codec === 'PCMU' ? ['PCMU', 'PCMA'] : ['PCMA', 'PCMU']
  const codecs = narrow ? both.slice(0, 1) : both
  return makeOffer({ ...local, codecs }, numbering(leg)).text
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
