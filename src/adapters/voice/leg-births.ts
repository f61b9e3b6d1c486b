import { newId, type Timer } from '#base'
import { srtpFor } from '#kernel/config'
import {
  type DesiredParticipant,
  desiredParticipant,
  type Interaction,
  isByPhone,
  type Participant,
} from '#kernel/interaction'
import type { EdgeGreeting } from '#protocols/control'
import { bracketed, escapeUser } from '#protocols/sip'
import type { VoiceContext } from './context.ts'
import type { EdgePool } from './edge-pool.ts'
import type { LegBirth } from './leg/command.ts'
import type { LegId } from './leg/leg.ts'
import type { MediaHomes } from './media-homes.ts'
import { newDialog } from './new-dialog.ts'
import type { PartyIndex } from './party-index.ts'
import type { Reachability } from './reachability.ts'
import { type AdapterCommand, centre, RETRY_MS, voice } from './repair.ts'
import { addressedOver, type Trunks } from './trunks.ts'

/** What parties are reached by. */
export interface BirthOptions {
  readonly context: VoiceContext
  readonly peers: {
    readonly edges: EdgePool
    readonly trunks: Trunks
    /** Has everything compared anew. */
    again(): void
  }
  readonly parties: PartyIndex
  readonly phones: Pick<Reachability, 'isBrowser' | 'isSecret'>
  readonly homes: MediaHomes
}

/** Gives parties that have none their leg: by an edge to a user's phone, or over a trunk. */
export class LegBirths {
  readonly #context: VoiceContext
  readonly #peers: BirthOptions['peers']
  readonly #parties: PartyIndex
  readonly #phones: BirthOptions['phones']
  readonly #homes: MediaHomes
  readonly #preparing = new Set<string>()
  #retry: Timer | undefined
  #closed = false

  constructor({ context, peers, parties, phones, homes }: BirthOptions) {
    this.#context = context
    this.#peers = peers
    this.#parties = parties
    this.#phones = phones
    this.#homes = homes
  }

  close(): void {
    this.#closed = true
    this.#retry?.stop()
  }

  /** A party without a leg is dialled; one that was there and has lost its leg is given up. */
  reach(interaction: Interaction, participant: Participant): void {
    const { configuration } = this.#context.sequencer.committed.states.centre
    const desired = desiredParticipant(interaction, participant, configuration)
    const fresh = participant.connection === 'initiated'
    if (fresh && desired.connection === 'connected' && desired.dial) {
      this.#dial(interaction, participant, desired.dial)
      return
    }
    const came = participant.kind === 'customer'
    if (!isByPhone(interaction.medium) || (fresh && !came)) return
    this.#submitOnce(participant.id, [
      centre({ type: 'ReportCleared', interaction: interaction.id, participant: participant.id, reason: 'lost' }),
    ])
  }

  #dial(interaction: Interaction, participant: Participant, dial: NonNullable<DesiredParticipant['dial']>): void {
    const process = this.#homes.processOf(interaction)
    if (process === undefined) return
    if (dial.outside) return this.#dialOutside(interaction, participant, { dial, process })
    const edge = this.#peers.edges.forUser(dial.address)
    if (!edge) return
    const id: LegId = newId('l')
    const leg: LegBirth = {
      id,
      interaction: interaction.id,
      participant: participant.id,
      edge: edge.name,
      process,
      ...(this.#phones.isBrowser(dial.address) && { webrtc: true as const }),
      ...(this.#mayProtect(dial.address) && { srtp: true as const }),
      ...addressed(id, edge, dial),
    }
    this.#submitOnce(participant.id, [voice({ type: 'Prepare', leg })])
  }

  /** Over the first trunk that carries the number and has room; without one the party cannot be reached. */
  #dialOutside(
    interaction: Interaction,
    participant: Participant,
    { dial, process }: { readonly dial: NonNullable<DesiredParticipant['dial']>; readonly process: string },
  ): void {
    const edge = this.#peers.edges.any()
    if (!edge) return
    const trunk = this.#peers.trunks.choose(dial.address)
    if (!trunk) {
      this.#context.logger.warn({ interaction: interaction.id }, 'no trunk has room for a call')
      this.#submitOnce(participant.id, [
        centre({
          ...{ type: 'ReportFailed', interaction: interaction.id, participant: participant.id },
          reason: 'unreachable',
        }),
      ])
      return
    }
    const id: LegId = newId('l')
    const leg: LegBirth = {
      ...{ id, interaction: interaction.id, participant: participant.id, edge: edge.name, process },
      trunk: { name: trunk.name, tried: [] },
      ...addressedOver(trunk, id, edge, dial),
    }
    this.#submitOnce(participant.id, [voice({ type: 'Prepare', leg, callsMax: trunk.callsMax })])
  }

  #mayProtect(extension: string): boolean {
    const srtp = srtpFor(this.#context.sequencer.committed.states.centre.configuration.parameters)
    return (srtp === 'offered' || srtp === 'anywhere') && this.#phones.isSecret(extension)
  }

  #submitOnce(participant: string, commands: readonly AdapterCommand[]): void {
    if (this.#preparing.has(participant)) return
    this.#preparing.add(participant)
    this.#context.sequencer
      .submit(commands)
      .then(() => {
        this.#preparing.delete(participant)
        // The last place on a trunk went to another call of the same moment: it is looked for elsewhere.
        if (commands.some(isOutside) && !this.#parties.legOf(participant)) this.#retrySoon()
      })
      .catch((error: unknown) => {
        this.#preparing.delete(participant)
        this.#context.logger.warn({ participant, error: String(error) }, 'a party waits to be reached')
        this.#retrySoon()
      })
  }

  #retrySoon(): void {
    if (this.#closed) return
    this.#retry ??= this.#context.clock.after(RETRY_MS, () => {
      this.#retry = undefined
      this.#peers.again()
    })
  }
}

function isOutside({ machine, command }: AdapterCommand): boolean {
  return machine === 'voice' && command.type === 'Prepare' && command.leg.trunk !== undefined
}

/** A dialog that is to begin: from us, with the caller's number, to a user's phone by way of that edge. */
export function addressed(
  id: LegId,
  edge: Pick<EdgeGreeting, 'sipHost' | 'sipPort'>,
  dial: NonNullable<DesiredParticipant['dial']>,
): Pick<LegBirth, 'contact' | 'dialog'> {
  const host = `${bracketed(edge.sipHost)}:${edge.sipPort}`
  const { address, callerNumber, callerName } = dial
  const caller = `sip:${escapeUser(callerNumber)}@${host}`
  return newDialog(id, edge, { target: `sip:${escapeUser(address)}@${host}`, caller, callerName })
}
