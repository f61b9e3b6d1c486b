import type { TypingMarks } from '#api/chats'
import type { Cluster, WhatIfReport } from '#api/contract'
import type { CentrePort } from '#api/live'
import type { CsvValue, FigureHistory } from '#api/reports'
import type { AccountLocks, LogOns, Passwords, SeatKeeper, SoftphoneSecrets, Throttle, Tokens } from '#api/sessions'
import type { Clock, Logger, Millis } from '#base'
import type { AlertEvent } from '#kernel/alert'
import type { CentreCommand, CentreEvent } from '#kernel/centre'
import type { ConfigurationChange, Webhook } from '#kernel/config'
import type { InteractionSummary, Participant, SummaryQuery } from '#kernel/interaction'
import type { MailCommand, MailState } from '#kernel/mail'
import type { RoomLine } from '#kernel/room'
import type { SmsCommand, SmsState } from '#kernel/sms'
import type { Blobs } from '#seams/blobs'
import type { Drills, Recordings, SeatPeaks, WebhookPosition } from '#seams/store'

/** A stretch of an interaction's life. */
export interface HistorySegment {
  readonly kind: 'menu' | 'queue' | 'ring' | 'talk' | 'hold' | 'wrap-up'
  readonly startedAt: Millis
  readonly endedAt: Millis
  readonly queue: string | null
  readonly agent: string | null
}

/** All that history has of one interaction; `summary` is there once it is closed. */
export interface HistoryDetail {
  /** How many takeovers it has lived through. */
  readonly seqno: number
  readonly summary?: InteractionSummary | undefined
  readonly segments: readonly HistorySegment[]
  readonly participants: readonly Participant[]
  readonly recordings: readonly string[]
  readonly wrapUpCodes: readonly string[]
  readonly timeline: readonly { readonly sequence: number; readonly at: Millis; readonly event: CentreEvent }[]
}

/** One published change of the configuration. */
export interface HistoryVersion {
  readonly version: number
  readonly at: Millis
  readonly by: string
  readonly from: string | null
  readonly note: string | null
  readonly changes: readonly ConfigurationChange[]
}

/** A closed contact of a customer, with what agents wrote down of it and what was said in writing. */
export interface HistoryContact {
  readonly summary: InteractionSummary
  readonly subject: string | null
  readonly wrapUpCodes: readonly string[]
  readonly notes: readonly { readonly user: string; readonly text: string }[]
  /** The newest of it, oldest first. */
  readonly lines: readonly {
    readonly at: Millis
    readonly by: 'customer' | 'agent'
    readonly user: string | null
    readonly text: string
  }[]
}

/** History as flat tables, in pages from oldest to newest. */
export interface ExtractPort {
  readonly extracts: readonly { readonly name: string; readonly what: string; readonly columns: readonly string[] }[]
  extract(query: {
    readonly name: string
    readonly from: Millis
    readonly to: Millis
  }): AsyncGenerator<readonly (readonly CsvValue[])[], void, undefined>
}

/** What the API reads of history; the journal's readers serve it. Everything may fail with `store.unreachable`. */
export interface HistoryPort extends FigureHistory, ExtractPort {
  /** Waits until history holds the event, at most this long; false when it does not yet. */
  reached(sequence: number, waitMs: Millis): Promise<boolean>
  interaction(id: string): Promise<HistoryDetail | undefined>
  list(query: SummaryQuery): Promise<readonly InteractionSummary[]>
  /** Published changes of the configuration, newest first, older than `before`. */
  configurationVersions(query: {
    readonly before?: number | undefined
    readonly limit: number
    readonly by?: string | undefined
    readonly kind?: string | undefined
    readonly name?: string | undefined
  }): Promise<readonly HistoryVersion[]>
  /** All of them up to and with a version, oldest first. */
  configurationUpTo(version: number): Promise<readonly HistoryVersion[]>
  /** Alerts, newest first, raised before this place in the log; each with what happened to it. */
  alerts(query: { readonly before?: number | undefined; readonly limit: number }): Promise<
    readonly {
      readonly sequence: number
      readonly events: readonly { readonly at: Millis; readonly event: AlertEvent }[]
    }[]
  >
  /** What was written in a room of colleagues, newest first. */
  roomLines(query: {
    readonly room: string
    readonly before?: number | undefined
    readonly contains?: string | undefined
    readonly limit: number
  }): Promise<readonly RoomLine[]>
  /** Closed contacts of whoever has one of these addresses, newest first. */
  thread(query: {
    readonly addresses: readonly string[]
    readonly limit: number
    readonly after?: { readonly createdAt: Millis; readonly id: string } | undefined
  }): Promise<readonly HistoryContact[]>
}

/** Tries configurations on recorded calls, away from everything that serves; may fail with `what-if.…`. */
export interface WhatIfPort {
  run(asked: {
    readonly from: Millis
    readonly to: Millis
    /** Whole configurations, as changes to an empty one. */
    readonly before: readonly ConfigurationChange[]
    readonly after: readonly ConfigurationChange[]
    readonly plays: number
  }): Promise<Omit<WhatIfReport, 'from' | 'to'> & { readonly from: Millis; readonly to: Millis }>
}

/** What `/ws` needs: takes a socket over, from its first message to its end. */
export interface RealtimePort {
  connect(socket: RealtimeSocket, address: string): void
}

/** The part of a WebSocket that is used; the one of the package ws fits. */
export interface RealtimeSocket {
  readonly bufferedAmount: number
  send(data: Buffer, as: { binary: false }): void
  close(code: number, reason: string): void
  terminate(): void
  on(
    event: 'message',
    listener: (data: { toString(): string; readonly length?: number }, isBinary: boolean) => void,
  ): unknown
  on(event: 'close' | 'error', listener: () => void): unknown
}

/** Whether this core may write, and who may if it may not. */
export interface PrimaryPort {
  isPrimary(): boolean
  /** Whether a change that this core decides becomes durable: its log takes it, or it spools by consent. */
  canWrite(): boolean
  /** The primary's HTTP address, as far as it is known. */
  address(): string | undefined
}

/** How a backup passes on what only the primary may do. */
export interface ForwardPort {
  /** Where the primary takes it (`http://host:port`); undefined while nobody is known to be primary. */
  to(): string | undefined
  /** Whether the primary runs on this core's machine. */
  isHere(): boolean
  /** By what the primary knows a request of another core: a secret of the pool. */
  readonly proof: string
  /** The files of this machine alone, for the others. */
  readonly ownBlobs: Blobs
}

/** What the primary does for the pool when it is asked to. */
export interface PoolPort {
  switchTo(to: string | undefined, by: string): Promise<SwitchoverAnswer>
  drain(name: string, by: string): Promise<SwitchoverAnswer>
  endDrain(name: string, by: string): Promise<void>
  /** Gives the level that holds then. */
  raiseLevel(level: number, by: string): Promise<number>
}

/** What the primary does with calls that is no state. */
export interface CallsPort {
  /** Sends digits to those with whom the party talks; the same id sends nothing twice. */
  sendDigits(keyed: {
    readonly interaction: string
    readonly participant: string
    readonly id: string
    readonly digits: string
  }): Promise<void>
  /** Calls the page that a user talks on anew, where it will answer by itself; says whether there was one. */
  callAnew(extension: string): Promise<boolean>
}

/** How webhooks go, and one event to try them with. */
export interface WebhooksPort {
  /** May fail with `store.unreachable`. */
  positions(): Promise<readonly WebhookPosition[]> | readonly WebhookPosition[]
  /** Undefined on a backup. */
  test(webhook: Webhook): Promise<WebhookOutcome> | undefined
}

/** What came of sending an event once. */
export type WebhookOutcome =
  | { readonly is: 'taken'; readonly status: number }
  | { readonly is: 'gone' }
  | { readonly is: 'failed'; readonly problem: string }

/** The sounds of prompts. What cannot be taken fails with what to do (`sound.…`); all may fail with `store.unreachable`. */
export interface SoundsPort {
  /** Brings a WAV file to what is played, and keeps it; `trims` takes the silence at its ends away. */
  take(
    file: Buffer,
    how?: { readonly trims?: boolean },
  ): Promise<{ readonly sound: string; readonly durationMs: Millis }>
  /** A WAV file; undefined when the pool has no such sound. */
  file(sound: string): Promise<Uint8Array | undefined>
  /** Those of them that the pool does not have. */
  missing(sounds: readonly string[]): Promise<readonly string[]>
  /** The WAV file of a prompt that the release brings. */
  builtIn(name: string): Promise<Uint8Array | undefined>
}

/** Who is primary and who will be. */
export interface SwitchoverAnswer {
  readonly from: string
  readonly to: string
  readonly switching: boolean
}

/** Mails: what is known of them, and what agents do with them. What belongs together goes in one append. */
export interface MailPort {
  state(): MailState
  submit(
    commands: readonly (
      | { readonly machine: 'mail'; readonly command: MailCommand }
      | { readonly machine: 'centre'; readonly command: CentreCommand }
    )[],
  ): Promise<unknown>
}

/** Text messages: what is known of them, what agents write, and what a provider posts. What belongs together goes in one append. */
export interface SmsPort {
  state(): SmsState
  submit(
    commands: readonly (
      | { readonly machine: 'sms'; readonly command: SmsCommand }
      | { readonly machine: 'centre'; readonly command: CentreCommand }
    )[],
  ): Promise<unknown>
  /** `later`: it was not taken, and shall come again. */
  receive(
    account: string,
    call: {
      readonly body: string
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
    },
  ): Promise<'taken' | 'repeated' | 'later'>
}

/** What pages' softphones connect to and register with. */
export interface SoftphonePort {
  /** The edge's WebSocket at the host of the page, or the whole URL where it is reached in another way. */
  readonly port: number
  readonly url?: string | undefined
  /** Whether visitors may call. */
  readonly visitors: boolean
  readonly secrets: Pick<SoftphoneSecrets, 'issue'>
}

/** Everything that the server is made of. */
export interface HttpApiPorts {
  readonly centre: CentrePort
  readonly primary: PrimaryPort
  /** Balancers whose `X-Forwarded-For` says who asks; none unless told. */
  readonly trustedProxies?: readonly string[] | undefined
  /** Without it a backup refuses what it may not do. */
  readonly forward?: ForwardPort | undefined
  /** Undefined on a backup. */
  pool(): PoolPort | undefined
  /** Undefined on a backup. */
  calls?(): CallsPort | undefined
  /** Without it there are no routes for mails. */
  readonly mail?: MailPort
  /** Without it there are no routes for text messages. */
  readonly sms?: SmsPort
  readonly history: HistoryPort
  readonly realtime: RealtimePort
  /** Who is writing where. */
  readonly typing: TypingMarks
  readonly whatIf: WhatIfPort
  readonly recordings: Recordings
  readonly blobs: Blobs
  readonly sounds: SoundsPort
  readonly tokens: Tokens
  readonly passwords: Passwords
  readonly throttle: Throttle
  readonly locks: AccountLocks
  readonly seats: Pick<SeatKeeper, 'take' | 'seen' | 'giveBack' | 'uses'>
  readonly logOns: Pick<LogOns, 'seen' | 'over' | 'list' | 'isOn' | 'complete'>
  readonly seatPeaks: Pick<SeatPeaks, 'list'>
  readonly drills: Pick<Drills, 'ask' | 'list' | 'abandon'>
  readonly webhooks: WebhooksPort
  /** Where phones register and call: people are told. */
  readonly sipPort: number
  /** Without it pages have no softphone. */
  readonly softphone?: SoftphonePort | undefined
  cluster(): Promise<Cluster> | Cluster
  /** Whether this core can serve a browser, and why not. */
  health(): { readonly healthy: boolean; readonly reason?: string }
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> }
  readonly clock: Clock
  readonly logger: Logger
  /** The folder of the built pages; without one there are none. */
  readonly webFolder?: string | undefined
}
