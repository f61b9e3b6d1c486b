import { isIPv6 } from 'node:net'
import type { Direction, SdpCodec, SdpDescription, SdpMedia, SdpResult } from './description.ts'
import { grammar, type RawDescription, type RawMedia } from './grammar.ts'
import { parseSdp } from './parse.ts'
import { type CryptoTerms, cryptoLine, isSecure, SECURE_PROTOCOL } from './sdes.ts'
import { type LocalWebRtc, WEBRTC_PROTOCOL, type WebRtcTerms, webRtcLine, webRtcSession } from './webrtc.ts'

/** The codecs that we speak, and how each stands in SDP: G.711 as in RFC 3551, Opus as in RFC 7587. */
const CODECS = {
  PCMU: { payloadType: 0, clockRate: 8000, channels: 1, parameters: undefined },
  PCMA: { payloadType: 8, clockRate: 8000, channels: 1, parameters: undefined },
  // RFC 7587 7: "The media subtype portion ... MUST be opus", the rate 48000 and two channels, whatever is in the packets.
  opus: { payloadType: 111, clockRate: 48_000, channels: 2, parameters: 'minptime=10;useinbandfec=1' },
} as const

/** By its name in SDP. */
export type CodecName = keyof typeof CODECS

/** The payload types that we offer telephone events with, by their clock; an answer takes the offerer's. */
const TELEPHONE_EVENT = { 8000: 101, 48000: 110 } as const

/** Telephone events of one clock. */
interface Events {
  readonly payloadType: number
  readonly clockRate: 8000 | 48_000
}

/** What we say about ourselves in an offer or an answer. */
export interface LocalMedia {
  /** Where we receive. */
  readonly address: string
  readonly port: number
  /** What we take, the best first; both laws of G.711, PCMU first, when it is not given. */
  readonly codecs?: readonly CodecName[]
  /** What we want to do; in an answer it is narrowed to what the offer allows. `sendrecv` when it is not given. */
  readonly direction?: Direction
  /** 20 when it is not given. */
  readonly ptimeMs?: number
  /** Our end of WebRTC: an offer is then of it alone; an answer may be to one. Without it only plain RTP is taken. */
  readonly webrtc?: LocalWebRtc
  /** Our key, where keys in SDP protect the packets (RFC 4568): an offer is then of that alone; an answer may be to one. */
  readonly srtp?: Pick<CryptoTerms, 'key'>
  /** false leaves telephone events out. */
  readonly telephoneEvent?: boolean
}

/**
 * The last description that we sent to a peer. To be kept with the dialog: the next one has the same o= line, with the
 * version raised by one only when anything else changed (RFC 3264 8).
 */
export interface SentSdp {
  readonly sessionId: string
  readonly sessionVersion: number
  readonly text: string
}

/** What both sides agreed on for the audio stream: where to send, and in what. */
export interface AgreedMedia {
  readonly address: string
  readonly port: number
  /** Present when the stream is one of WebRTC. */
  readonly webrtc?: WebRtcTerms
  /** Present when keys in SDP protect the packets: the peer's. */
  readonly srtp?: CryptoTerms
  readonly codec: CodecName
  readonly payloadType: number
  /** The payload type of telephone events that we send, when the peer takes them. */
  readonly telephoneEvent?: number
  /** The clock of their lengths, where it is that of Opus. */
  readonly telephoneEventHz?: 48_000
  /** Where that is so, the payload type of those on the clock of telephones: browsers that may send either send these. */
  readonly telephoneEventNarrow?: number
  /** Seen from us. */
  readonly direction: Direction
  readonly ptimeMs: number
}

/** No stream can be agreed on: the caller of these functions answers 488 (or ends the call, when it was an answer). */
export interface NotAcceptable {
  readonly ok: false
  readonly status: 400 | 488
  readonly reason: string
}

/** Writes an offer, as the first description to this peer or after `previous`. */
export function makeOffer(
  local: LocalMedia,
  options: { readonly sessionId?: string; readonly previous?: SentSdp },
): SentSdp {
  const before = saidBefore(options.previous)
  const codecs = (local.codecs ?? ['PCMU', 'PCMA']).map((name) => ({ name, payloadType: typeOf(name, before) }))
  const events = local.telephoneEvent === false ? [] : eventsBeside(codecs.map(({ name }) => name))
  const plain = mediaLine(local, { codecs, events, direction: local.direction ?? 'sendrecv' })
  const line = local.webrtc
    ? { ...plain, protocol: WEBRTC_PROTOCOL, ...webRtcLine(local.webrtc, local, { setup: 'actpass' }) }
    : { ...plain, ...securedOffer(local, before) }
  return finish(inPlace(line, before), local.address, options)
}

/** The way in which packets are protected already comes again: another would be another session. */
function securedOffer({ srtp }: LocalMedia, before: readonly SdpMedia[]): Partial<RawMedia> {
  if (!srtp) return {}
  const used = before.flatMap(({ crypto }) => crypto ?? [])[0]?.suite ?? 'AES_CM_128_HMAC_SHA1_80'
  return { protocol: SECURE_PROTOCOL, ...cryptoLine({ suite: used, key: srtp.key }) }
}

function saidBefore(previous: SentSdp | undefined): readonly SdpMedia[] {
  const sent = previous && parseSdp(previous.text)
  return sent?.ok ? sent.value.media : []
}

/** RFC 3264 8.3.2: a number that stood for a codec goes on standing for it. */
function typeOf(name: CodecName, before: readonly SdpMedia[]): number {
  const known = before.flatMap(({ codecs }) => codecs).find((codec) => isCalled(name, codec))
  return known?.payloadType ?? CODECS[name].payloadType
}

/** RFC 4733 2.5.1.1 wants events on the clock of each codec that is offered. */
function eventsBeside(names: readonly CodecName[]): readonly Events[] {
  const clocks = new Set(names.map((name) => CODECS[name].clockRate))
  return [...clocks].map((clockRate) => ({ payloadType: TELEPHONE_EVENT[clockRate], clockRate }))
}

/** RFC 3264 8: a later offer has as many m= lines as were there; the stream that talks keeps its place and its profile. */
function inPlace(line: RawMedia, before: readonly SdpMedia[]): RawMedia[] {
  const talking = before.find((media) => media.kind === 'audio' && media.port !== 0)
  const lines = before.map((media) => {
    if (media !== talking) return refusal(media)
    const mid = media.webrtc?.mid
    return { ...line, protocol: media.protocol, ...(mid !== undefined && { mid }) }
  })
  return talking ? lines : [...lines, line]
}

/** What became of an offer. */
export type AnswerResult = { readonly ok: true; readonly answer: SentSdp; readonly agreed: AgreedMedia } | NotAcceptable

/**
 * Writes the answer to an offer (RFC 3264 6): its m= lines in their order, the first audio line that has a codec of ours
 * taken, all others refused with port 0. The answer names the one codec that is used, and telephone events.
 */
export function makeAnswer(
  offerText: string,
  local: LocalMedia,
  options: { readonly sessionId?: string; readonly previous?: SentSdp },
): AnswerResult {
  const offer = parseSdp(offerText)
  if (!offer.ok) return { ok: false, status: 400, reason: offer.reason }
  const found = choose(offer.value, local)
  if (!found) return { ok: false, status: 488, reason: 'no codec in common' }
  const direction = narrow(local.direction ?? 'sendrecv', found.media)
  const events = local.telephoneEvent === false ? undefined : eventsOf(found)
  const codecs = [{ name: found.name, payloadType: found.codec.payloadType }]
  const { protocol, webrtc } = found.media
  const secured = webrtc && local.webrtc && webRtcLine(local.webrtc, local, { setup: 'passive', mid: webrtc.mid })
  const plain = mediaLine(local, { codecs, events: events ? [events] : [], direction })
  const taken = { ...plain, protocol, ...secured, ...securedAnswer(found, local) }
  const lines = offer.value.media.map((media) => (media === found.media ? taken : refusal(media)))
  return {
    ok: true,
    answer: finish(lines, local.address, options),
    agreed: agree(found, { direction, events, local }),
  }
}

/** RFC 4568 5.1.2: the tag and the suite of the line that is taken, and a key of our own. */
function securedAnswer({ media }: Found, { srtp }: LocalMedia): Partial<RawMedia> {
  const [offered] = media.crypto ?? []
  return srtp && offered ? cryptoLine({ suite: offered.suite, key: srtp.key }, offered.tag) : {}
}

/** Reads the peer's answer to our offer: what is agreed, or why nothing is. */
export function readAnswer(
  answerText: string,
  local: LocalMedia,
): { readonly ok: true; readonly agreed: AgreedMedia } | NotAcceptable {
  const answer = parseSdp(answerText)
  if (!answer.ok) return { ok: false, status: 400, reason: answer.reason }
  const found = choose(answer.value, local, 'theirs')
  if (!found) return { ok: false, status: 488, reason: 'no codec in common' }
  const direction = narrow(local.direction ?? 'sendrecv', found.media)
  const events = local.telephoneEvent === false ? undefined : eventsOf(found)
  return { ok: true, agreed: agree(found, { direction, events, local }) }
}

/** Whether the peer put us on hold: it wants to hear nothing (RFC 3264 8.4), or has the null address of RFC 2543. */
export function isHold(description: SdpDescription): boolean {
  const audio = description.media.find((media) => media.kind === 'audio' && media.port !== 0)
  if (!audio) return false
  const nowhere = isNull(audio.address) && audio.webrtc === undefined
  return audio.direction === 'sendonly' || audio.direction === 'inactive' || nowhere
}

/** The same for a body; a body that cannot be read is no hold. */
export function isHoldOffer(text: string): boolean {
  const parsed: SdpResult<SdpDescription> = parseSdp(text)
  return parsed.ok && isHold(parsed.value)
}

interface Found {
  readonly media: SdpMedia
  readonly codec: SdpCodec
  readonly name: CodecName
}

/** Plain RTP; the answer repeats the offer's profile, and both carry the same packets. */
const PROTOCOLS: readonly string[] = ['RTP/AVP', 'RTP/AVPF']

function choose(
  description: SdpDescription,
  local: LocalMedia,
  preference: 'ours' | 'theirs' = 'ours',
): Found | undefined {
  const ours = local.codecs ?? ['PCMU', 'PCMA']
  for (const media of description.media) {
    if (media.kind !== 'audio' || media.port === 0 || !isPossible(media, local)) continue
    const usable: Found[] = media.codecs.flatMap((codec) => {
      const name = ours.find((one) => isCalled(one, codec))
      return name ? [{ media, codec, name }] : []
    })
    if (preference === 'ours') usable.sort((a, b) => ours.indexOf(a.name) - ours.indexOf(b.name))
    if (usable[0]) return usable[0]
  }
  return undefined
}

function isPossible({ protocol, webrtc, crypto }: SdpMedia, local: LocalMedia): boolean {
  if (isSecure(protocol)) return local.srtp !== undefined && crypto !== undefined
  return PROTOCOLS.includes(protocol) || (local.webrtc !== undefined && webrtc !== undefined)
}

function isCalled(name: CodecName, codec: SdpCodec): boolean {
  const { clockRate, channels } = CODECS[name]
  return name.toUpperCase() === codec.name && codec.clockRate === clockRate && codec.channels === channels
}

/** The events that go with a codec: on its clock, or, from a party that has no other, on that of telephones. */
function eventsOf({ media, name }: Found): Events | undefined {
  const { telephoneEvent, telephoneEventWide } = media
  if (name === 'opus' && telephoneEventWide !== undefined) return { payloadType: telephoneEventWide, clockRate: 48_000 }
  return telephoneEvent === undefined ? undefined : { payloadType: telephoneEvent, clockRate: 8000 }
}

function besideWide({ telephoneEvent }: SdpMedia): Pick<AgreedMedia, 'telephoneEventNarrow'> {
  return telephoneEvent === undefined ? {} : { telephoneEventNarrow: telephoneEvent }
}

const SENDS: readonly Direction[] = ['sendrecv', 'sendonly']
const RECEIVES: readonly Direction[] = ['sendrecv', 'recvonly']

/** RFC 3264 6.1: we send only where the peer receives, and the other way round; a null address receives nothing. */
function narrow(wanted: Direction, peer: SdpMedia): Direction {
  // A browser that has not found its addresses yet writes the null address; ICE finds them.
  const nowhere = isNull(peer.address) && peer.webrtc === undefined
  const sends = SENDS.includes(wanted) && RECEIVES.includes(peer.direction) && !nowhere
  const receives = RECEIVES.includes(wanted) && SENDS.includes(peer.direction)
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}

function isNull(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function agree(
  found: Found,
  how: { readonly direction: Direction; readonly events: Events | undefined; readonly local: LocalMedia },
): AgreedMedia {
  const [srtp] = found.media.crypto ?? []
  return {
    address: found.media.address,
    port: found.media.port,
    ...(found.media.webrtc && { webrtc: found.media.webrtc }),
    ...(srtp && { srtp: { suite: srtp.suite, key: srtp.key } }),
    codec: found.name,
    payloadType: found.codec.payloadType,
    direction: how.direction,
    ptimeMs: found.media.ptimeMs ?? how.local.ptimeMs ?? 20,
    ...(how.events && { telephoneEvent: how.events.payloadType }),
    ...(how.events?.clockRate === 48_000 && { telephoneEventHz: 48_000, ...besideWide(found.media) }),
  }
}

function mediaLine(
  local: LocalMedia,
  line: {
    readonly codecs: readonly { readonly name: CodecName; readonly payloadType: number }[]
    readonly events: readonly Events[]
    readonly direction: Direction
  },
): RawMedia {
  const rtp = [
    ...line.codecs.map(({ name, payloadType }) => {
      const { clockRate: rate, channels } = CODECS[name]
      return { payload: payloadType, codec: name as string, rate, ...(channels > 1 && { encoding: channels }) }
    }),
    ...line.events.map(({ payloadType: payload, clockRate: rate }) => ({ payload, codec: 'telephone-event', rate })),
  ]
  const parameters = line.codecs.flatMap(({ name, payloadType: payload }) => {
    const { parameters: config } = CODECS[name]
    return config === undefined ? [] : [{ payload, config }]
  })
  return {
    type: 'audio',
    port: local.port,
    protocol: 'RTP/AVP',
    payloads: rtp.map((one) => one.payload).join(' '),
    rtp,
    fmtp: [...parameters, ...line.events.map(({ payloadType: payload }) => ({ payload, config: '0-15' }))],
    ptime: local.ptimeMs ?? 20,
    direction: line.direction,
  }
}

function refusal(media: SdpMedia): RawMedia {
  return { type: media.kind, port: 0, protocol: media.protocol, payloads: media.formats, rtp: [], fmtp: [] }
}

function finish(
  media: RawMedia[],
  address: string,
  { sessionId, previous }: { readonly sessionId?: string; readonly previous?: SentSdp },
): SentSdp {
  const id = previous?.sessionId ?? sessionId ?? '1'
  const same = previous && compose(media, address, { id, version: previous.sessionVersion })
  if (previous && same === previous.text) return previous
  const version = previous ? previous.sessionVersion + 1 : 1
  return { sessionId: id, sessionVersion: version, text: compose(media, address, { id, version }) }
}

function compose(
  media: RawMedia[],
  address: string,
  origin: { readonly id: string; readonly version: number },
): string {
  const ipVer = isIPv6(address) ? 6 : 4
  const description: RawDescription = {
    version: 0,
    origin: { username: '-', sessionId: origin.id, sessionVersion: origin.version, netType: 'IN', ipVer, address },
    name: '-',
    connection: { version: ipVer, ip: address },
    timing: { start: 0, stop: 0 },
    ...webRtcSession(media),
    media,
  }
  return grammar.write(description)
}
