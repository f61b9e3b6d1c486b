import { isTandemError } from '#base'
import { type ConfigurationChange, demoCentre } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { CentreCommand } from './command.ts'
import { dumpCentre, restoreCentre } from './dump.ts'
import type { CentreEvent } from './event.ts'
import { centreMachine } from './machine.ts'

/** The demo centre in which a test of one subject plays, at a second a command. */
export class CentreScene {
  store = centreMachine.initial()
  now = 1_000_000
  readonly log: { readonly event: CentreEvent; readonly at: number }[] = []

  constructor(...more: readonly ConfigurationChange[]) {
    this.do({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: [...demoCentre(), ...more] })
  }

  do(command: CentreCommand): readonly CentreEvent[] {
    this.now += 1_000
    const events = centreMachine.decide(this.store, command, this.now)
    for (const event of events) {
      centreMachine.evolve(this.store, event, this.now)
      this.log.push({ event, at: this.now })
    }
    return events
  }

  /** The process dies here, and its next incarnation goes on from a snapshot. */
  crash(): void {
    this.store = restoreCentre(JSON.parse(JSON.stringify(dumpCentre(this.store))))
  }

  phase(interaction = 'ix-1'): Interaction['phase'] | undefined {
    return this.store.interactions.get(interaction)?.phase
  }

  /** What happened to one interaction, as history has it. */
  logOf(interaction: string) {
    return this.log.filter(({ event }) => 'interaction' in event && event.interaction === interaction)
  }
}

/** The code by which a deed is refused; nothing when it is taken. */
export function refusal(deed: () => unknown): string | undefined {
  try {
    deed()
    return undefined
  } catch (error) {
    if (isTandemError(error)) return error.code
    throw error
  }
}
