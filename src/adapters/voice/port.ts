import type { Clock, Logger } from '#base'
import type { ChannelAddress, CredentialAnswer } from '#protocols/control'
import type { VoiceCounters, VoiceSequencer } from './context.ts'
import type { Connect } from './edge-pool.ts'
import type { VoiceMilestone } from './milestones.ts'
import type { TrunkStatus } from './trunks.ts'

/** Where edges and media processes listen for cores. */
export interface VoicePeers {
  readonly edges: readonly ChannelAddress[]
  readonly media: readonly ChannelAddress[]
}

/** What a voice adapter is made of. */
export interface VoiceAdapterOptions {
  /** The sequencer of this core, which is the primary, with the machines `centre` and `voice`. */
  readonly sequencer: VoiceSequencer
  readonly logger: Logger
  readonly clock?: Clock
  /** Where edges and media processes listen for cores; `setPeers` changes it. */
  readonly edges: readonly ChannelAddress[]
  readonly media: readonly ChannelAddress[]
  /** The pool's secret. */
  readonly secret: string
  /** This core's name, and the term of its lease. */
  readonly core: string
  readonly term: number
  /** The digest secrets of a SIP user, which is an extension. They pass through to the edge and are kept nowhere. */
  credentialOf(extension: string): CredentialAnswer | Promise<CredentialAnswer>
  /** The password of a trunk, from the file of that name; none unless told. */
  passwordOf?(secret: string): string | undefined
  /** Whether a machine, or a process of it, is being taken out of service. Nobody is, unless told. */
  isDraining?(name: string): boolean
  /** An edge or a media process obeys a core of a newer term: this one is no longer the primary and must end. */
  fenced?(): void
  /** Something was done for the first time since the start. */
  reached?(milestone: VoiceMilestone): void
  /** How peers are connected; the real channel unless a test says otherwise. */
  readonly connect?: Connect
}

/** How the adapter is. */
export interface VoiceStatus {
  /** It is at work. */
  readonly open: boolean
  /** Everything has been compared since the last change of the world that touched everything. */
  readonly settled: boolean
  readonly edges: readonly { readonly address: string; readonly name?: string; readonly connected: boolean }[]
  readonly media: readonly {
    readonly address: string
    readonly name?: string
    readonly connected: boolean
    /** What it has to give; a call takes one. */
    readonly points?: number
  }[]
  readonly trunks: readonly TrunkStatus[]
  readonly legs: number
  /** Users with a registered phone. */
  readonly reachable: number
  /** Legs that this process remembers something of: never many more than `legs`. */
  readonly remembered: number
  readonly counters: Readonly<VoiceCounters>
}

/** Digits of one party for the others in its conversation; the id is theirs for ever. */
export interface KeyedDigits {
  readonly interaction: string
  readonly participant: string
  readonly id: string
  readonly digits: string
}

/** The voice adapter: makes SIP legs and media sessions match the state. */
export interface VoiceAdapter {
  /** Connects and begins; to be called once, when the sequencer is open. */
  start(): void
  /** The pool has other edges and media processes from now on. */
  setPeers(peers: VoicePeers): void
  /** Sends digits, as tones or events, to those with whom the party talks; nothing of them stays anywhere. */
  sendDigits(keyed: KeyedDigits): Promise<void>
  /** A user's page hears nothing in its call, and asks for another way there; says whether there was a call. */
  callAnew(extension: string): Promise<boolean>
  status(): VoiceStatus
  /** How many legs stand on each edge and each media process, by name. */
  carried(): ReadonlyMap<string, number>
  close(): Promise<void>
}
