import {
  type Direction,
  SDP_LIMITS,
  type SdpCodec,
  type SdpDescription,
  type SdpMedia,
  type SdpResult,
  STATIC_CODECS,
} from './description.ts'
import { grammar, type RawDescription, type RawMedia } from './grammar.ts'
import { readCrypto } from './sdes.ts'
import { readWebRtc } from './webrtc.ts'

/** Reads an SDP body. Never throws; what is too large, empty or without sense is refused with a reason. */
export function parseSdp(text: string): SdpResult<SdpDescription> {
  const tooMuch = checkSize(text)
  if (tooMuch) return { ok: false, reason: tooMuch }
  let raw: RawDescription
  try {
    raw = grammar.parse(text)
  } catch {
    return { ok: false, reason: 'the SDP grammar is broken' }
  }
  if (raw.version !== 0 || !raw.origin) return { ok: false, reason: 'v=0 or o= is missing' }
  if (raw.media.length > SDP_LIMITS.mediaMax) return { ok: false, reason: 'there are too many m= lines' }
  const media: SdpMedia[] = []
  for (const line of raw.media) {
    const read = readMedia(line, raw)
    if (typeof read === 'string') return { ok: false, reason: read }
    media.push(read)
  }
  const { username, sessionId, sessionVersion } = raw.origin
  const value = {
    username: String(username),
    sessionId: String(sessionId),
    sessionVersion: String(sessionVersion),
    media,
  }
  return { ok: true, value }
}

function checkSize(text: string): string | undefined {
  if (text.length > SDP_LIMITS.bytesMax) return `the SDP is over ${SDP_LIMITS.bytesMax} octets`
  let lines = 0
  for (let start = 0; start < text.length; lines++) {
    const end = text.indexOf('\n', start)
    const next = end < 0 ? text.length : end + 1
    if (next - start > SDP_LIMITS.lineBytesMax) return 'an SDP line is too long'
    if (lines >= SDP_LIMITS.linesMax) return 'the SDP has too many lines'
    start = next
  }
  return undefined
}

const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

function readMedia(raw: RawMedia, whole: RawDescription): SdpMedia | string {
  const address = (raw.connection ?? whole.connection)?.ip
  const { type, port, protocol } = raw
  if (typeof type !== 'string' || typeof protocol !== 'string' || !isPort(port)) return 'an m= line is malformed'
  const formats = String(raw.payloads ?? '').trim()
  const list = formats.split(/ +/)
  if (formats === '' || list.length > SDP_LIMITS.formatsMax) return 'an m= line has no formats or too many'
  if (address === undefined && port !== 0) return 'c= is missing'
  const found = raw.direction ?? whole.direction ?? 'sendrecv'
  const codecs = list.flatMap((format) => readCodec(format, raw) ?? [])
  const events = (hertz: number) =>
    codecs.find(({ name, clockRate }) => name === 'TELEPHONE-EVENT' && clockRate === hertz)
  const [narrow, wide] = [events(8000), events(48_000)]
  const ptimeMs = Number(raw.ptime)
  const webrtc = readWebRtc(raw, whole)
  const crypto = readCrypto(raw)
  return {
    kind: type,
    port,
    protocol,
    formats,
    address: String(address ?? ''),
    direction: (DIRECTIONS.includes(found) ? found : 'sendrecv') as Direction,
    codecs: codecs.filter((codec) => codec.name !== 'TELEPHONE-EVENT'),
    ...(ptimeMs > 0 && ptimeMs <= 200 ? { ptimeMs } : {}),
    ...(webrtc && { webrtc }),
    ...(crypto.length > 0 && { crypto }),
    ...(narrow && { telephoneEvent: narrow.payloadType }),
    ...(wide && { telephoneEventWide: wide.payloadType }),
  }
}

function readCodec(format: string, raw: RawMedia): SdpCodec | undefined {
  const payloadType = /^[0-9]{1,3}$/.test(format) ? Number(format) : 128
  if (payloadType > 127) return undefined
  const map = raw.rtp.find((rtp) => rtp.payload === payloadType)
  const parameters = raw.fmtp.find((fmtp) => fmtp.payload === payloadType)?.config
  const extra = parameters === undefined ? {} : { parameters: String(parameters) }
  if (!map) {
    const known = STATIC_CODECS.find((codec) => codec.payloadType === payloadType)
    return known && { ...known, ...extra }
  }
  const clockRate = Number(map.rate)
  if (!(clockRate > 0)) return undefined
  const channels = Number(map.encoding ?? 1)
  return {
    payloadType,
    name: String(map.codec).toUpperCase(),
    clockRate,
    channels: channels > 0 ? channels : 1,
    ...extra,
  }
}

function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535
}
