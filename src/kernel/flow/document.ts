/** Names a step inside its flow. */
export type StepName = string
/** Names a flow. */
export type FlowName = string

/** What a caller who comes by a step asks for, beyond what its queue does: see `Wants` of an interaction. */
export interface StepWants {
  readonly skills?: Readonly<Record<string, number>>
  readonly preferred?: Readonly<Record<string, number>>
  readonly group?: string
  readonly user?: string
  readonly userMs?: number
}

/** One step of a call flow. `next`, `otherwise` and the targets of `choices` name steps of the same flow. */
export type Step =
  /** Plays prompts in order, then goes on. */
  | { readonly type: 'play'; readonly prompts: readonly string[]; readonly next: StepName }
  /** Plays prompts and waits for one digit; asks `attempts` times in all, saying `invalidPrompts` in between, then goes to `otherwise`. */
  | {
      readonly type: 'menu'
      readonly prompts: readonly string[]
      readonly choices: Readonly<Record<string, StepName>>
      /** Silence after the prompts before it counts as no answer: 1,000-60,000. */
      readonly timeoutMs: number
      readonly attempts: number
      readonly invalidPrompts: readonly string[]
      readonly otherwise: StepName
    }
  /** Leaves the flow: the caller waits in a queue. */
  | { readonly type: 'queue'; readonly queue: string; readonly priority?: number; readonly wants?: StepWants }
  /** Leaves the flow towards a number; if nobody answers there, comes back at `otherwise`. */
  | { readonly type: 'transfer'; readonly to: string; readonly ringTimeoutMs: number; readonly otherwise: StepName }
  /** Notes a callback for the caller's number in a queue, then goes on. */
  | { readonly type: 'callback'; readonly queue: string; readonly next: StepName }
  /** Plays prompts and a beep, then records until the digit, the limit or the caller's end; then goes on. */
  | {
      readonly type: 'record'
      readonly prompts: readonly string[]
      readonly until: string
      readonly durationMsMax: number
      /** A mailbox keeps it as a message for this user or queue; without one it is only for `replay`. */
      readonly mailbox?: string
      readonly next: StepName
    }
  /** Plays what the last `record` step of this interaction took. */
  | { readonly type: 'replay'; readonly next: StepName }
  /** Says the messages of a mailbox, newest first, with keys. Built-in flows alone have it. */
  | { readonly type: 'messages'; readonly mailbox: string; readonly next: StepName }
  /** Says what it hears, until the caller hangs up. */
  | { readonly type: 'echo' }
  /** Plays the prompt without end. */
  | { readonly type: 'music'; readonly prompt: string }
  | { readonly type: 'hang-up' }

/** A call flow: steps by name, and where it begins. At most 500 steps. */
export interface FlowDocument {
  readonly name: FlowName
  readonly start: StepName
  readonly steps: Readonly<Record<StepName, Step>>
}
