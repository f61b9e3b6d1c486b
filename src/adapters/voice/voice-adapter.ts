import { systemClock, type Timer } from '#base'
import { isConnected, talkersOf } from '#kernel/interaction'
import { createChannelClient } from '#protocols/control'
import { responseTo } from '#protocols/sip'
import { type CommittedEvent, newCounters, type VoiceContext } from './context.ts'
import { EdgePool, type Sender } from './edge-pool.ts'
import { isOver } from './leg/leg.ts'
import { LegKeeper } from './leg-keeper.ts'
import { submitMediaEvents } from './media-events.ts'
import { MediaPool } from './media-pool.ts'
import { hasMedia } from './media-spec.ts'
import { Milestones } from './milestones.ts'
import { PartyIndex } from './party-index.ts'
import type { KeyedDigits, VoiceAdapter, VoiceAdapterOptions, VoicePeers, VoiceStatus } from './port.ts'
import { Reachability } from './reachability.ts'
import { Recordings, recordingAt } from './recordings.ts'
import { centre } from './repair.ts'
import { Requests, readMessage } from './requests.ts'
import { Responses } from './responses.ts'
import { Sweep } from './sweep.ts'
import { TrunkWatch } from './trunk-watch.ts'
import { Trunks } from './trunks.ts'
import { sameLocal } from './upkeep.ts'

/** A media process connects within some 20 ms; without any, hanging up and refusing must still work. */
const EDGES_WAIT_MS = 1_000

/** Makes a voice adapter; it does nothing before `start`. */
export function createVoiceAdapter(options: VoiceAdapterOptions): VoiceAdapter {
  return new Adapter(options)
}

class Adapter implements VoiceAdapter {
  readonly #context: VoiceContext
  readonly #edges: EdgePool
  readonly #media: MediaPool
  readonly #parties: PartyIndex
  readonly #keeper: LegKeeper
  readonly #recordings: Recordings
  readonly #reachability: Reachability
  readonly #trunks: Trunks
  readonly #watch: TrunkWatch
  readonly #requests: Requests
  readonly #responses: Responses
  readonly #milestones: Milestones
  readonly #sweep: Sweep
  #unsubscribe: (() => void) | undefined
  #edgesTimer: Timer | undefined
  #edgesStarted = false
  #open = false
  #closed = false

  constructor(options: VoiceAdapterOptions) {
    const { sequencer, logger, clock = systemClock, secret, core, term, connect = createChannelClient } = options
    this.#context = { sequencer, logger, clock, counters: newCounters() }
    const peers = { secret, core, term, connect }
    this.#milestones = new Milestones(options.reached)
    const fenced = (): void => options.fenced?.()
    const isDraining = ({ name, node }: { readonly name: string; readonly node?: string | undefined }): boolean =>
      [name, node].some((one) => one !== undefined && (options.isDraining?.(one) ?? false))
    this.#parties = new PartyIndex(sequencer)
    this.#edges = new EdgePool(this.#context, peers, {
      sip: (edge, message, sender) => this.#message(edge, message, sender),
      bindings: (user, bindings) => {
        this.#reachability.learn(user, bindings)
        this.#reconcileUser(user)
      },
      connected: () => this.#edgeConnected(),
      credentialOf: (extension) => options.credentialOf(extension),
      fenced,
      isDraining,
    })
    this.#media = new MediaPool(this.#context, peers, {
      claims: (process) => this.#claims(process),
      connected: () => {
        this.#milestones.reached('media linked')
        this.#startEdges()
        this.#reconcileAll()
      },
      absent: () => this.#reconcileAll(),
      isDraining,
      placed: (session) => this.#placed(session),
      events: (process, instance, events) =>
        submitMediaEvents(this.#context, this.#parties, { process, instance }, events),
      sealed: ({ recording, ...file }) =>
        this.#recordingDone(recording, (at) => centre({ type: 'SealRecording', ...at, ...file })),
      recordingFailed: (recording, reason) =>
        this.#recordingDone(recording, ({ part, ...at }) =>
          // It was finished after its process had died: what follows is another part.
          reason === 'media.recording-sealed'
            ? centre({ type: 'ContinueRecording', ...at, after: part ?? 1 })
            : centre({ type: 'FailRecording', ...at, ...(part !== undefined && { part }), reason }),
        ),
      fenced,
    })
    const trunks = new Trunks(this.#context, (secret) => options.passwordOf?.(secret))
    this.#trunks = trunks
    this.#watch = new TrunkWatch(this.#context, this.#edges, trunks)
    const legPeers = { edges: this.#edges, media: this.#media, trunks, again: () => this.#reconcileAll() }
    this.#reachability = new Reachability(this.#context, this.#edges)
    this.#keeper = new LegKeeper(this.#context, legPeers, this.#parties, this.#reachability)
    this.#recordings = new Recordings(this.#context, this.#media, this.#parties)
    const inbound = {
      context: this.#context,
      edges: this.#edges,
      media: this.#media,
      keeper: this.#keeper,
      trunks,
      watch: this.#watch,
    }
    this.#requests = new Requests(inbound, this.#parties)
    this.#responses = new Responses(inbound, this.#parties)
    this.#sweep = new Sweep({
      clock: this.#context.clock,
      all: () => this.#keeper.all(),
      visit: (id) => (this.#states.voice.legs.has(id) ? this.#keeper.reconcileLeg(id) : this.#reconcile(id)),
    })
    this.setPeers(options)
  }

  setPeers({ edges, media }: VoicePeers): void {
    if (this.#closed) return
    this.#edges.setAddresses(edges)
    this.#media.setAddresses(media)
    if (this.#open) this.#reconcileAll()
  }

  start(): void {
    if (this.#unsubscribe || this.#closed) return
    this.#unsubscribe = this.#context.sequencer.committed.onCommitted((batch) => this.#committed(batch))
    this.#media.start()
    this.#watch.start()
    this.#edgesTimer = this.#context.clock.after(EDGES_WAIT_MS, () => this.#startEdges())
    // Nothing reaches anybody before the first link: with that everything is compared.
    this.#open = true
  }

  /** What edges hold for us arrives at once: a call that came before there is media would be refused for nothing. */
  #startEdges(): void {
    this.#edgesTimer?.stop()
    if (this.#edgesStarted || this.#closed) return
    this.#edgesStarted = true
    this.#edges.start()
  }

  async sendDigits({ interaction, participant, id, digits }: KeyedDigits): Promise<void> {
    const found = this.#states.centre.interactions.get(interaction)
    const others = (found ? talkersOf(found) : []).filter((one) => one.id !== participant && isConnected(one))
    const legs = others.flatMap((one) => this.#parties.legOf(one.id) ?? [])
    await Promise.all(legs.map((leg) => this.#media.digits(leg.media.process, leg.id, { id, digits })))
  }

  async callAnew(extension: string): Promise<boolean> {
    const { configuration, agents } = this.#states.centre
    const user = configuration.extensions.get(extension)
    const work = (user !== undefined && agents.get(user)?.work) || []
    const legs = work.flatMap(({ interaction }) => [...this.#parties.legsOf(interaction)])
    const renewals = legs.flatMap((leg) => this.#keeper.renewalFor(leg, extension) ?? [])
    if (renewals.length > 0) await this.#context.sequencer.submit(renewals)
    return renewals.length > 0
  }

  status(): VoiceStatus {
    return {
      open: this.#open && !this.#closed,
      settled: !this.#sweep.running,
      edges: this.#edges.status(),
      media: this.#media.status(),
      trunks: this.#trunks.status(),
      legs: [...this.#states.voice.load.values()].reduce((sum, count) => sum + count, 0),
      reachable: this.#reachability.count,
      remembered: this.#keeper.remembered,
      counters: { ...this.#context.counters },
    }
  }

  carried(): ReadonlyMap<string, number> {
    const carried = new Map<string, number>()
    for (const leg of this.#states.voice.legs.values()) {
      if (isOver(leg)) continue
      for (const name of [leg.edge, leg.media.process]) carried.set(name, (carried.get(name) ?? 0) + 1)
    }
    return carried
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#unsubscribe?.()
    this.#edgesTimer?.stop()
    this.#keeper.close()
    this.#reachability.close()
    this.#watch.close()
    this.#sweep.close()
    await Promise.all([this.#edges.close(), this.#media.close()])
  }

  get #states() {
    return this.#context.sequencer.committed.states
  }

  #reconcileAll(): void {
    if (this.#closed) return
    this.#recordings.sealAll()
    this.#sweep.begin()
  }

  /** Recordings first: what has ended is sealed before its sessions go. */
  #reconcile(id: string): void {
    const interaction = this.#states.centre.interactions.get(id)
    if (interaction) this.#recordings.reconcile(interaction)
    this.#keeper.reconcileInteraction(id)
  }

  /** A machine is taken out of service, or back into it: edges learn it, and sessions leave its media processes. */
  #drainsChanged(): void {
    this.#edges.tellDrains()
    this.#reconcileAll()
  }

  /** A user's phones are others now: a call of a page that is gone goes to the next one. */
  #reconcileUser(extension: string): void {
    if (this.#closed || !this.#open) return
    const { configuration, agents } = this.#states.centre
    const user = configuration.extensions.get(extension)
    for (const { interaction } of (user !== undefined && agents.get(user)?.work) || [])
      this.#keeper.reconcileInteraction(interaction)
  }

  #edgeConnected(): void {
    this.#milestones.reached('edge linked')
    this.#keeper.forgetSent()
    this.#reachability.edgeConnected()
    this.#reconcileAll()
  }

  /** What a batch touched is compared again, each interaction once. */
  #committed(batch: readonly CommittedEvent[]): void {
    if (this.#closed) return
    const interactions = new Set<string>()
    for (const committed of batch) {
      this.#parties.note(committed)
      this.#touch(committed, interactions)
    }
    for (const id of interactions) this.#reconcile(id)
    this.#milestones.committed(batch)
  }

  #touch({ machine, event }: CommittedEvent, interactions: Set<string>): void {
    if (machine === 'centre') {
      if ('interaction' in event) interactions.add(event.interaction)
      if (event.type === 'StationChosen' && event.number === undefined) this.#reachability.tellAnew(event.user)
      if (event.type === 'Joined') interactions.add(event.consulted)
      if (event.type === 'RecordingEnded') this.#recordings.seal(event.recording)
      if (event.type === 'RecordingPartSealed' || event.type === 'RecordingPartFailed')
        this.#recordings.forgetPart(event.recording, event.part)
      if (event.type === 'RecordingSealed' || event.type === 'RecordingFailed') this.#recordings.forget(event.recording)
    } else if (machine === 'pool') {
      if (event.type === 'Drained' || event.type === 'DrainEnded') this.#drainsChanged()
    } else if (machine === 'voice' && 'leg' in event) {
      const id = typeof event.leg === 'string' ? event.leg : event.leg.id
      const leg = this.#states.voice.legs.get(id)
      if (leg) interactions.add(this.#parties.homeOf(leg))
    }
  }

  #claims(process: string): { sessions: readonly string[]; recordings: readonly string[] } {
    const sessions = [...this.#states.voice.legs.values()]
      .filter((leg) => leg.media.process === process && hasMedia(leg))
      .map((leg) => leg.id)
    return { sessions, recordings: this.#recordings.claims() }
  }

  /** A session has its port: its leg goes on with it, and what waited to be recorded there. */
  #placed(session: string): void {
    const leg = this.#states.voice.legs.get(session)
    // For a call that stands only another port than the log has is news.
    const known = leg?.progress.state === 'confirmed' && leg.media.local
    if (!known || !sameLocal(known, this.#media.localOf(leg.media.process, session))) this.#keeper.reconcileLeg(session)
    const interaction = leg && this.#states.centre.interactions.get(this.#parties.homeOf(leg))
    if (interaction && interaction.recordings.length > 0) this.#recordings.reconcile(interaction)
  }

  #recordingDone(id: string, command: (at: ReturnType<typeof recordingAt>) => ReturnType<typeof centre>): void {
    const at = recordingAt(id, this.#states.centre.unsealed)
    this.#context.sequencer.submit([command(at)]).catch((error: unknown) => {
      // The media process tells it again as an event, until it is confirmed.
      this.#context.logger.warn({ ...at, error: String(error) }, 'recording not noted')
    })
  }

  #message(edge: string, text: string, sender: Sender): void {
    if (this.#closed) return
    const verdict = readMessage(text)
    const failed = (error: unknown): void =>
      this.#context.logger.error({ error: String(error), edge }, 'message failed')
    switch (verdict.action) {
      case 'take request':
        this.#milestones.heard(verdict.request)
        this.#requests.receive(verdict.request, edge, sender).catch(failed)
        return
      case 'take response':
        this.#responses.receive(verdict.response, edge).catch(failed)
        return
      case 'answer': {
        this.#context.counters.malformed++
        const { status, reason, headers } = verdict.fault
        this.#edges.send(edge, responseTo(verdict.request, status, { reason, ...(headers && { headers }) }))
        return
      }
      case 'drop':
        this.#context.counters.malformed++
        return
    }
  }
}
