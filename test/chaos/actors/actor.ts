import { beUnhurried } from '../../../scripts/simulate/unhurried.ts'
import { type PoorNetwork, type PoorWay, poorWay } from '../../kit/poor-network.ts'
import { Random } from '../../simulation/random.ts'
import { HistoryWriter } from '../history.ts'
import type { CallPlan } from '../plan.ts'

/** What the run tells an actor's process. */
export interface ActorTask {
  readonly server: { readonly host: string; readonly port: number }
  readonly api: readonly string[]
  readonly plans: readonly CallPlan[]
  readonly agents: readonly { readonly user: string; readonly extension: string; readonly password: string }[]
  readonly folder: string
  readonly seed: number
  /** How many browsers follow the centre. */
  readonly browsers: number
  /** The own address of the phones. */
  readonly host: string
  /** What the phones' messages go through; unset, a network that loses nothing. */
  readonly network?: PoorNetwork
  /** What a flood does, one stage after the other: calls a second, for so long. */
  readonly flood?: readonly { readonly rate: number; readonly ms: number }[]
}

export type ToActor =
  | { readonly type: 'task'; readonly task: ActorTask }
  | { readonly type: 'go' }
  | { readonly type: 'finish' }
export type FromActor =
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  | { readonly type: 'lateness'; readonly lateMsMax: number }

/** An outside party in a process of its own: it prepares, acts when it is told, and ends with its history whole. */
export interface Actor {
  prepare(task: ActorTask, history: HistoryWriter, sip: HistoryWriter): Promise<void>
  /** Resolves when all that it wanted to do is done. */
  act(): Promise<void>
  finish(): Promise<void>
}

/** The phones' way to the centre, whose chance follows from the seed. */
export function wayOf({ network, seed }: ActorTask): { network?: PoorWay } {
  if (!network) return {}
  const random = new Random(seed ^ 0x2e7)
  return { network: poorWay(network, () => random.next()) }
}

/** Runs an actor for the process that forked this one. */
export function runActor(name: string, actor: Actor): void {
  beUnhurried()
  let writers: HistoryWriter[] = []
  const handle = async (message: ToActor): Promise<void> => {
    if (message.type === 'task') {
      const { folder } = message.task
      writers = [new HistoryWriter(`${folder}/${name}.jsonl`), new HistoryWriter(`${folder}/${name}.sip.jsonl`)]
      await actor.prepare(message.task, writers[0]!, writers[1]!)
      tell({ type: 'ready' })
    } else if (message.type === 'go') {
      await actor.act()
      tell({ type: 'done' })
    } else {
      await actor.finish()
      await Promise.all(writers.map((writer) => writer.close()))
      process.exit(0)
    }
  }
  process.on('message', (message: ToActor) => {
    handle(message).catch((cause: unknown) => {
      console.error(`${name}: ${cause instanceof Error ? cause.stack : cause}`)
      process.exit(1)
    })
  })
  // The run is gone: nobody wants this process any more.
  process.on('disconnect', () => process.exit(2))
}

export function tell(message: FromActor): void {
  process.send?.(message)
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
