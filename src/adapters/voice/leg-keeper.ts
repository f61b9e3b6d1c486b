import type { Millis, Timer } from '#base'
import type { CentreState } from '#kernel/centre'
import { opusFor } from '#kernel/config'
import { type DesiredParticipant, type Interaction, type InteractionId, isLive } from '#kernel/interaction'
import type { EdgeGreeting } from '#protocols/control'
import { parseUri } from '#protocols/sip'
import type { VoiceContext } from './context.ts'
import type { EdgePool } from './edge-pool.ts'
import { isOver, type Leg, type LegId } from './leg/leg.ts'
import { addressed, LegBirths } from './leg-births.ts'
import { cancelOf, requestUriOf } from './leg-messages.ts'
import { MediaHomes } from './media-homes.ts'
import type { MediaPool } from './media-pool.ts'
import { isWeb, mediaSpecOf } from './media-spec.ts'
import type { PartyIndex } from './party-index.ts'
import type { Reachability } from './reachability.ts'
import { reconcileLeg, reportOf } from './reconcile.ts'
import { continueRecordings } from './recordings.ts'
import { type AdapterCommand, centre, type LegView, RETRY_MS, requestKey, soonest, voice } from './repair.ts'
import { Sent } from './sent.ts'
import { TRANSACTION_MS } from './sip-methods.ts'
import { addressedOver, TRUNK_SILENT_MS, type Trunks } from './trunks.ts'

/** A page that asks to be called anew is heard once in so long: ICE, handshake and first sound take a second or two. */
const RENEWAL_MS_MIN = 3000

/** What this process remembers of a leg, and may forget at any moment. */
interface Memory {
  readonly sent: Sent
  submitting: boolean
  again: boolean
  timer?: Timer
}

/** What legs are made of. */
export interface LegPeers {
  readonly edges: EdgePool
  readonly media: MediaPool
  readonly trunks: Trunks
  /** Has everything compared anew. */
  again(): void
}

/** What is known of users' phones. */
export type Phones = Pick<Reachability, 'isBrowser' | 'isSecret' | 'contactsOf' | 'registeredAt'>

/**
 * Makes the world match the legs: computes with `reconcileLeg` what is missing, and does it. Whoever wakes it (a commit, a
 * connection, a timer, a takeover) makes no difference.
 */
export class LegKeeper {
  readonly #context: VoiceContext
  readonly #edges: EdgePool
  readonly #media: MediaPool
  readonly #trunks: Trunks
  readonly #parties: PartyIndex
  readonly #phones: Phones
  readonly #memories = new Map<LegId, Memory>()
  readonly #homes: MediaHomes
  readonly #births: LegBirths
  #closed = false

  constructor(context: VoiceContext, peers: LegPeers, parties: PartyIndex, phones: Phones) {
    this.#context = context
    this.#edges = peers.edges
    this.#media = peers.media
    this.#trunks = peers.trunks
    this.#parties = parties
    this.#phones = phones
    this.#homes = new MediaHomes(context, peers, parties)
    this.#births = new LegBirths({ context, peers, parties, phones, homes: this.#homes })
  }

  /** Everything that is to be compared after a takeover, or when an edge or a media process is there (again): what is in the midst of something first. */
  *all(): Iterable<InteractionId | LegId> {
    const { centre: state, voice: legs } = this.#states
    this.#homes.forgetEnded()
    for (const leg of legs.legs.values()) if (leg.progress.state !== 'confirmed') yield leg.id
    yield* state.interactions.keys()
    // A leg whose interaction is over is no party of any.
    for (const leg of legs.legs.values()) if (!state.interactions.has(this.#parties.homeOf(leg))) yield leg.id
  }

  /** One interaction: its legs, and parties that have none yet. */
  reconcileInteraction(id: InteractionId): void {
    for (const leg of this.#parties.legsOf(id)) this.reconcileLeg(leg)
    const interaction = this.#states.centre.interactions.get(id)
    if (!interaction) return
    for (const participant of interaction.participants) {
      if (isLive(participant) && !this.#parties.legOf(participant.id)) this.#births.reach(interaction, participant)
    }
  }

  reconcileLeg(id: LegId): void {
    if (this.#closed) return
    const leg = this.#states.voice.legs.get(id)
    if (!leg) {
      this.#forget(id)
      return
    }
    const memory = this.#memory(id)
    const view = this.#viewOf(leg, memory)
    this.#setMedia(leg, view.desired)
    const anew = this.#renewalOf(view)
    if (anew) return this.#submit(id, memory, [anew])
    const silentAt = this.#trunkSilentAt(view)
    const other = silentAt !== undefined && view.now >= silentAt ? this.anotherWay(leg) : undefined
    if (other) return this.#submit(id, memory, [other])
    const repair = soonest(reconcileLeg(view), silentAt)
    for (const { key, message } of repair.sends) {
      if (!this.#edges.send(leg.edge, message)) break
      memory.sent.mark(key, view.now)
    }
    this.#lookAt(id, memory, repair.lookAt)
    const report = repair.submit ? undefined : reportOf(view)
    const commands = withRecordings(view, repair.submit, this.#states.centre) ?? (report && [centre(report)])
    if (commands) this.#submit(id, memory, commands)
    else if (isOver(leg)) this.#letGo(leg, memory, view.now)
  }

  /** The leg called anew, as the page that it leads to asks for: when it is that user's, and has not been so a moment ago. */
  renewalFor(id: LegId, extension: string): AdapterCommand | undefined {
    const leg = this.#states.voice.legs.get(id)
    if (!leg || leg.direction === 'in' || leg.progress.state !== 'confirmed' || !isWeb(leg)) return undefined
    const { dial } = this.#viewOf(leg, this.#memory(id)).desired
    const edge = this.#edges.forUser(extension)
    if (!edge || dial?.address !== extension) return undefined
    // A page that has come since is not the one that was called a moment ago.
    const [newest] = this.#phones.contactsOf(extension)
    const isAsking = newest !== undefined && isSamePhone(newest, leg.dialog.target)
    const isNew = isAsking && this.#context.sequencer.now() < leg.progress.since + RENEWAL_MS_MIN
    return isNew ? undefined : renewal(leg, edge, dial)
  }

  /**
   * The leg called over another trunk, where one carries the number and has room. What still waits at the first is cancelled: it may wake
   * up, and a telephone would ring twice.
   */
  anotherWay(leg: Leg): AdapterCommand | undefined {
    const { dial, connection } = this.#parties.partyOf(leg).desired
    if (!leg.trunk || leg.progress.state !== 'dialling') return undefined
    this.#trunks.failed(leg.trunk.name)
    const edge = this.#edges.any()
    const trunk = dial && connection === 'connected' ? this.#trunks.another(leg, dial) : undefined
    if (!trunk || !edge || !dial) return undefined
    const invite = leg.requests.find(({ method }) => method === 'INVITE')
    if (invite) this.#edges.send(leg.edge, cancelOf(leg, invite.cseq))
    const { contact, dialog } = addressedOver(trunk, leg.id, edge, dial)
    const { name, callsMax } = trunk
    return voice({ type: 'Reroute', leg: leg.id, dialog, edge: edge.name, contact, trunk: name, callsMax })
  }

  /** When a trunk that has said nothing is passed over for another; never where there is none. */
  #trunkSilentAt({ leg, desired, sent }: LegView): Millis | undefined {
    const invite = leg.requests.find(({ method }) => method === 'INVITE')
    if (!leg.trunk || leg.progress.state !== 'dialling' || !invite || !desired.dial) return undefined
    if (sent.heard(requestKey(invite)) !== undefined || !this.#trunks.another(leg, desired.dial)) return undefined
    return invite.since + TRUNK_SILENT_MS
  }

  /** What was sent for the leg; answers of its peer are noted there. */
  sentOf(id: LegId): Sent {
    return this.#memory(id).sent
  }

  /** Legs that something is remembered of: as many as are not over, or a memory leaks. */
  get remembered(): number {
    return this.#memories.size
  }

  /** The way to the edges was cut: what was under way may be lost. */
  forgetSent(): void {
    for (const memory of this.#memories.values()) memory.sent.forget()
  }

  close(): void {
    this.#closed = true
    this.#births.close()
    for (const memory of this.#memories.values()) memory.timer?.stop()
  }

  get #states() {
    return this.#context.sequencer.committed.states
  }

  #memory(id: LegId): Memory {
    const known = this.#memories.get(id)
    if (known) return known
    const memory: Memory = { sent: new Sent(), submitting: false, again: false }
    this.#memories.set(id, memory)
    return memory
  }

  #forget(id: LegId): void {
    this.#memories.get(id)?.timer?.stop()
    this.#memories.delete(id)
    this.#media.removeSession(id)
  }

  /** Nothing more is sent for a leg that is over; a refusal may still be asked for again. */
  #letGo(leg: Leg, memory: Memory, now: number): void {
    const until = leg.progress.state === 'rejected' ? leg.progress.since + TRANSACTION_MS : now
    if (memory.submitting || until > now) this.#lookAt(leg.id, memory, Math.max(until, now + RETRY_MS))
    else this.#memories.delete(leg.id)
  }

  #viewOf(leg: Leg, memory: Memory): LegView {
    const { participant, interaction, desired } = this.#parties.partyOf(leg)
    const { process } = leg.media
    const local = this.#media.localOf(process, leg.id)
    const codec = interaction && this.#codecOf(interaction, leg)
    const home = interaction && this.#homes.processOf(interaction)
    return {
      leg,
      desired,
      interaction: interaction?.id ?? this.#parties.homeOf(leg),
      now: this.#context.sequencer.now(),
      sent: memory.sent,
      ...(participant && { participant }),
      ...(local && { local }),
      ...(codec && { codec }),
      opus: this.#mayOffer(leg),
      ...(leg.challenge && {
        authorise: ({ method, cseq }) => this.#trunks.authorisation(leg, method, requestUriOf(leg), cseq),
      }),
      ...(home !== undefined && { process: home }),
    }
  }

  #mayOffer(leg: Leg): boolean {
    const opus = opusFor(this.#context.sequencer.committed.states.centre.configuration.parameters)
    return opus === 'everybody' || (opus === 'browsers' && isWeb(leg))
  }

  #codecOf(interaction: Interaction, leg: Leg): 'PCMU' | 'PCMA' | undefined {
    for (const { id } of interaction.participants) {
      const codec = id === leg.participant ? undefined : this.#parties.legOf(id)?.media.terms?.codec
      if (codec) return codec.name
    }
    return undefined
  }

  #setMedia(leg: Leg, desired: DesiredParticipant): void {
    const spec = mediaSpecOf(leg, desired, (id) => this.#parties.legOf(id))
    if (spec) this.#media.setSession(leg.media.process, leg.id, spec)
    else this.#media.removeSession(leg.id)
  }

  /** Commands of one leg go one after another: what follows is decided on what they caused. */
  #submit(id: LegId, memory: Memory, commands: readonly AdapterCommand[]): void {
    if (memory.submitting) {
      memory.again = true
      return
    }
    memory.submitting = true
    memory.again = false
    this.#context.sequencer
      .submit(commands)
      .then(() => {
        memory.submitting = false
        if (memory.again) this.reconcileLeg(id)
      })
      .catch((error: unknown) => {
        memory.submitting = false
        this.#context.logger.warn({ leg: id, error: String(error) }, 'commands of a leg wait')
        this.#lookAt(id, memory, this.#context.sequencer.now() + RETRY_MS)
      })
  }

  #lookAt(id: LegId, memory: Memory, at: number | undefined): void {
    memory.timer?.stop()
    if (at === undefined || this.#closed) return
    const delayMs = Math.max(1, at - this.#context.sequencer.now())
    memory.timer = this.#context.clock.after(delayMs, () => this.reconcileLeg(id))
  }

  /** The page that the party was on is gone, and the user has another one: there the party is called anew. */
  #renewalOf({ leg, desired }: LegView): AdapterCommand | undefined {
    const { dial } = desired
    if (!dial || leg.direction === 'in' || leg.progress.state !== 'confirmed' || !isWeb(leg)) return undefined
    if (!this.#phones.isBrowser(dial.address)) return undefined
    const contacts = this.#phones.contactsOf(dial.address)
    const at = contacts.findIndex((contact) => isSamePhone(contact, leg.dialog.target))
    const edge = this.#edges.forUser(dial.address)
    // A page that is loaded anew replaces its own contact; one that was opened elsewhere counts when the old one has fallen silent.
    if (!edge || (at >= 0 && leg.silentSince === undefined)) return undefined
    if (at === 0 && !this.#isBack(leg, dial.address)) return undefined
    return renewal(leg, edge, dial)
  }

  /** The page was without a network and has registered anew: what we offered it meanwhile went into a connection that is dead. */
  #isBack({ silentSince = 0, requests, refusals = 0 }: Leg, extension: string): boolean {
    const unheard = refusals > 0 || requests.some((request) => request.method === 'INVITE')
    return unheard && (this.#phones.registeredAt(extension) ?? 0) > silentSince
  }
}

/** The party of the leg called anew, at whatever page its user has now. */
function renewal(
  { id }: Leg,
  edge: Pick<EdgeGreeting, 'name' | 'sipHost' | 'sipPort'>,
  dial: NonNullable<DesiredParticipant['dial']>,
): AdapterCommand {
  const { contact, dialog } = addressed(id, edge, dial)
  return voice({ type: 'Renew', leg: id, dialog, edge: edge.name, contact })
}

/** Whether two contacts are of one page: parameters tell of the way only. */
function isSamePhone(a: string, b: string): boolean {
  const [one, other] = [parseUri(a), parseUri(b)]
  return one?.user !== undefined && one.user === other?.user && one.host === other.host
}

/** A leg that goes to another media process takes its recordings with it, in the same append. */
function withRecordings(
  { leg, interaction }: LegView,
  commands: readonly AdapterCommand[] | undefined,
  { interactions }: CentreState,
): readonly AdapterCommand[] | undefined {
  const moves = commands?.some(
    ({ machine, command }) => machine === 'voice' && command.type === 'Place' && command.process !== leg.media.process,
  )
  return moves ? [...commands!, ...continueRecordings(interactions.get(interaction), leg.participant)] : commands
}
