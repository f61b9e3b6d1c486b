/**
 * What a core and a media process say to each other.
 *
 * The core never says "do this now"; it says how a session *shall be* (`set`), as often as it likes. The media process
 * compares and changes only what differs, so a `set` that arrives twice does nothing, and after a takeover the new core
 * simply sets everything again: music goes on in mid-bar because its program has the same id.
 *
 * What happens in the media (a digit, the end of a prompt) comes back as numbered events, which the media process keeps until
 * the core has confirmed that they are in the log.
 */

export type MediaSessionId = string
/** Names one recording; also the name of its file. */
export type RecordingId = string

/**
 * Names one playing of a list of items. The same id never starts again: another id replaces what plays, and if the first one is
 * asked for once more (of the last four), it goes on where it was, or stays over.
 */
export type ProgramId = string

/** What a party sends and receives, as its SDP agreed it. */
export interface MediaCodec {
  /** Of the sound in here; on the wire too, unless `wire` says otherwise. */
  readonly name: 'PCMU' | 'PCMA'
  /** What the party speaks in its place: Opus (RFC 7587), on a clock of 48 kHz. Between two that speak it packets are passed on as they are. */
  readonly wire?: 'opus'
  /** RTP payload type, 0-127. */
  readonly payloadType: number
  /** Milliseconds of sound in a packet that we send: 10-60, a multiple of 5. What a bridge brings in other lengths is cut anew. */
  readonly ptimeMs: number
}

/** An IP literal and a UDP port. */
export interface MediaAddress {
  readonly address: string
  readonly port: number
}

/**
 * One item of a program. A prompt is a name in the prompt library (`greeting`, `digits/7`, `music`, `ring`); `sound` is the SHA-256 of one that
 * is played in its place, out of the files of the machine. One that is not there is waited for shortly; then the library's is played.
 */
export type ProgramItem =
  | { readonly type: 'prompt'; readonly prompt: string; readonly sound?: string }
  /** A finished recording of this media process or of the archive, by its id. */
  | { readonly type: 'recording'; readonly recording: RecordingId }
  | { readonly type: 'pause'; readonly durationMs: number }

/** What the party at the other end of a session hears. */
export type Hears =
  | { readonly type: 'silence' }
  /** Items in order; `repeat` starts over without end. The end of one that does not repeat is told as `program-ended`; silence follows. */
  | {
      readonly type: 'program'
      readonly program: ProgramId
      readonly items: readonly ProgramItem[]
      readonly repeat: boolean
    }
  /** What another session of this process receives: two sessions that hear each other are a bridge. */
  | { readonly type: 'session'; readonly session: MediaSessionId }
  /** What several sessions of this process receive, added up: a conference, seen from one of its parties. */
  | { readonly type: 'mix'; readonly sessions: readonly MediaSessionId[] }
  /** What the party itself sends, payloads unchanged. */
  | { readonly type: 'echo' }

/** A party that speaks WebRTC: RTP over DTLS-SRTP (RFC 5764) on one port with RTCP (RFC 5761), found by ICE (RFC 8445). */
export interface WebRtcParty {
  /** SHA-256 of its certificate, as in its SDP; absent until that is known. Sound flows only once it has proved it. */
  readonly fingerprint?: string
}

/** What a WebRTC party must know of us besides the port. We are ICE lite, and answer its handshake. */
export interface WebRtcLocal {
  readonly ufrag: string
  readonly password: string
  /** SHA-256 of our certificate: another process has another one. */
  readonly fingerprint: string
}

/** A party whose sound is protected by keys that both sides tell in their SDP (RFC 4568); what it says is absent until that is known. */
export interface SrtpParty {
  readonly suite?: 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'
  /** Master key and salt, 30 octets in base64. */
  readonly key?: string
}

/** What such a party must know of us besides address and port. */
export interface SrtpLocal {
  /** Another process has another one. */
  readonly key: string
}

/** How one RTP session shall be. */
export interface MediaSpec {
  /**
   * The local port that it had, when a media process that was started anew shall take the session up where it was. If it cannot
   * be had, another one is in the answer: the core then re-invites. A session that exists never changes its port.
   */
  readonly localPort?: number
  /**
   * Where the party receives: an IP literal; absent until its SDP is known. Packets from other addresses are ignored and counted.
   * Only if none ever came from this port, another port of the same address is taken for the party's, after five packets in a row.
   */
  readonly remote?: MediaAddress
  /** Present for a party that speaks WebRTC: then `remote` counts for nothing, as ICE finds the way. */
  readonly webrtc?: WebRtcParty
  /** Present for a party whose sound is protected so. */
  readonly srtp?: SrtpParty
  /**
   * Counted up when the way to the party is to be tried anew: the session gets another port (and other ICE credentials). The old
   * ones serve until something comes in on the new.
   */
  readonly path?: number
  readonly codec?: MediaCodec
  /** Payload type of telephone-event (RFC 4733) towards and from the party, if agreed. */
  readonly telephoneEvent?: number
  /** The clock that those count their length by, where it is not 8 kHz. Their timestamps are on the clock of the codec. */
  readonly telephoneEventHz?: 48_000
  /** Where they do, the payload type of those that count by 8 kHz all the same: the party may send either. */
  readonly telephoneEventNarrow?: number
  /** Whether the party wants to receive (its SDP direction); false on its hold. */
  readonly sends: boolean
  /** Whether what the party sends is used. */
  readonly receives: boolean
  readonly hears: Hears
}

/** Where the party shall send: what goes into our SDP. */
export interface MediaLocal {
  readonly address: string
  readonly port: number
  readonly webrtc?: WebRtcLocal
  readonly srtp?: SrtpLocal
}

/** How one recording shall be: one channel for each session named, the first left. It goes on until it is sealed, whoever is core. */
export interface RecordingSpec {
  readonly sessions: readonly [MediaSessionId] | readonly [MediaSessionId, MediaSessionId]
  /** The interaction it belongs to: written beside the sound, so that the archive can catalogue it while every core is away. */
  readonly interaction: string
  /** It is sealed by itself when it is this long. */
  readonly durationMsMax: number
}

/** A recording that is whole and will not change. */
export interface SealedRecording {
  readonly recording: RecordingId
  readonly durationMs: number
  readonly bytes: number
  readonly sha256: string
}

/** Requests of a core. Each has one answer; `term` stands in the channel's hello, and requests of an older term are refused. */
export type MediaRequest =
  | { readonly type: 'set'; readonly session: MediaSessionId; readonly spec: MediaSpec }
  | { readonly type: 'remove'; readonly session: MediaSessionId }
  /** The id is also a file name: 1 to 128 letters, digits, `.`, `_`, `-`. Refused with `media.recording-sealed` when it is over: a second part needs an id of its own. */
  | { readonly type: 'record'; readonly recording: RecordingId; readonly spec: RecordingSpec }
  /** Sealing again gives the same answer, after a restart of the media process too, for as long as the file is in its spool. */
  | { readonly type: 'seal'; readonly recording: RecordingId }
  /**
   * Digits for the party of the session, once: the same id sends nothing twice. The one order that is no state: what is keyed in may be a
   * card number, and must not stay anywhere. As telephone events, or as tones where the party knows none.
   */
  | { readonly type: 'digits'; readonly session: MediaSessionId; readonly id: string; readonly digits: string }
  /** After a takeover: what shall exist. All else is removed (recordings: sealed). */
  | {
      readonly type: 'claim'
      readonly sessions: readonly MediaSessionId[]
      readonly recordings: readonly RecordingId[]
    }
  /** Events up to this number are in the log and may be forgotten. */
  | { readonly type: 'confirm'; readonly event: number }
  | { readonly type: 'statistics'; readonly session?: MediaSessionId }
  /** Whether that other media process is alive, seen from here: asked when the core itself hears nothing of it, by the one who would take its sessions over. */
  | { readonly type: 'witness'; readonly host: string; readonly port: number; readonly withinMs: number }

/** The answer to each request, by its type. */
export type MediaAnswer<R extends MediaRequest['type']> = {
  set: { readonly local: MediaLocal }
  remove: Record<string, never>
  digits: Record<string, never>
  record: Record<string, never>
  seal: SealedRecording
  claim: { readonly sessions: readonly MediaSessionId[] }
  confirm: Record<string, never>
  statistics: { readonly sessions: readonly MediaStatistics[]; readonly load: MediaLoad }
  witness: { readonly alive: boolean }
}[R]

/**
 * What happened, numbered from 1 by each start of a media process. Sent again after each hello until confirmed; 50,000 are kept,
 * then the oldest are dropped, which the core sees as a gap in the numbers. Digits and sealings are told, never withheld: a
 * recording is told of once for each sealing, whoever asked for it.
 */
export type MediaEvent = { readonly number: number; readonly at: number } & (
  | { readonly type: 'digit'; readonly session: MediaSessionId; readonly digit: string; readonly durationMs: number }
  | { readonly type: 'program-ended'; readonly session: MediaSessionId; readonly program: ProgramId }
  | {
      readonly type: 'program-failed'
      readonly session: MediaSessionId
      readonly program: ProgramId
      readonly reason: string
    }
  /** No packet from a party that should send, for the configured time; or packets again. */
  | { readonly type: 'flow'; readonly session: MediaSessionId; readonly receiving: boolean }
  /** `recovered`: its process died while it ran; a recording that should run on needs another part. */
  | ({ readonly type: 'recording-sealed'; readonly recovered?: boolean } & SealedRecording)
  | { readonly type: 'recording-failed'; readonly recording: RecordingId; readonly reason: string }
)

/** What was counted of one session since it began. */
export interface MediaStatistics {
  readonly session: MediaSessionId
  readonly packetsReceived: number
  readonly packetsSent: number
  readonly octetsReceived: number
  readonly octetsSent: number
  /** Lost of those expected, by sequence number (RFC 3550 A.3). */
  readonly packetsLost: number
  /** RFC 3550 6.4.1, in milliseconds. */
  readonly jitterMs: number
  /** From addresses that are not the party's, or not RTP at all. */
  readonly packetsStrange: number
  /** Longest time between two packets received, in milliseconds. */
  readonly gapMsMax: number
  /** The way to the party and back in milliseconds, as its last RTCP report tells it (RFC 3550 6.4.1); absent while none did. */
  readonly roundTripMs?: number
}

/** How busy a media process is. */
export interface MediaLoad {
  readonly sessions: number
  readonly sessionsMax: number
  readonly recordings: number
  /** 99th percentile of how late the packet thread's 20 ms tick was, last 10 s. */
  readonly tickLateMsP99: number
}

/** What a media process says of itself when a core says hello. `instance` changes with every start: then its sessions are gone. */
export interface MediaGreeting {
  readonly role: 'media'
  readonly name: string
  readonly instance: string
  /** What it has to give (CAP-15): a call takes one point, each of its two sessions half of it. Without bound unless told. */
  readonly points?: number
  /** The machine that it runs on: calls of an edge of the same machine are given to it first. */
  readonly node?: string
}
