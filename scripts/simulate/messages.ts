/** What the processes of a run say to each other over their IPC channels. */

export interface Target {
  readonly host: string
  readonly port: number
}

export interface CallersTask {
  readonly type: 'callers'
  readonly server: Target
  readonly number: string
  readonly calls: number
  readonly rate: number
  readonly talkMs: number
  readonly patienceMs: number
  /** Caller n has the number `<prefix><n, five digits>` and sends stream n + 1. */
  readonly prefix: string
}

export interface AgentsTask {
  readonly type: 'agents'
  readonly server: Target
  readonly agents: readonly { readonly extension: string; readonly password: string }[]
  readonly talkMs: number
  readonly prefix: string
}

/** Streams of agents' calls begin here: above every caller's. */
export const AGENT_STREAMS = 1_000_000

/** Whether the agent, not the caller, ends the call of this caller. */
export function agentHangsUp(caller: number): boolean {
  return caller % 2 === 1
}

/** One end of a call, when it is over. */
export interface CallReport {
  readonly side: 'caller' | 'agent'
  /** The caller's number, as this side knows it. */
  readonly caller: string
  readonly agent?: string
  readonly stream: number
  /** All moments are in milliseconds of the clock that the processes share. */
  readonly startedAt: number
  readonly answeredAt?: number
  /** When the first numbered packet of the other party came. */
  readonly talkedAt?: number
  readonly endedAt: number
  readonly end: { readonly by: string; readonly status?: number }
  /** This side asked for the end, or gave up waiting. */
  readonly wanted: 'hang-up' | 'gave-up' | 'nothing'
  readonly heard: readonly HeardReport[]
  readonly otherPackets: number
}

export interface HeardReport {
  readonly stream: number
  readonly packets: number
  readonly lost: number
  readonly doubled: number
  readonly changed: number
  readonly gapMsMax: number
  readonly transitMsMax: number
}

/** The longest gaps that ended in one slot of time. */
export interface GapSlot {
  readonly at: number
  /** Of conversation, as it arrived; less what the sender was late itself; of music and prompts. */
  readonly ms: number
  readonly transitMs: number
  readonly otherMs: number
}

export interface Progress {
  readonly type: 'progress'
  readonly started: number
  readonly talking: number
  readonly ended: number
}

export type FromChild =
  | { readonly type: 'ready'; readonly registered?: number }
  | Progress
  | { readonly type: 'call'; readonly call: CallReport }
  | { readonly type: 'done' }
  | { readonly type: 'gaps'; readonly slots: readonly GapSlot[]; readonly timerLateMsMax: number }

export type ToChild = CallersTask | AgentsTask | { readonly type: 'go' } | { readonly type: 'finish' }
