import type { Millis } from '#base'

/** Who may write, and until when. */
export interface LeaseState {
  readonly holder: string
  readonly term: number
  /** By the database's clock; at or below zero when it has lapsed (and may be taken). */
  readonly msLeft: Millis
  /** The cores that hold all that was let out under it: nobody else may take it. Undefined when all is in the log. */
  readonly known?: readonly string[] | undefined
}

/**
 * The lease that makes one core the primary. Its term only grows: each acquisition gets a new one, also when the same
 * holder takes it again, so that an older life of the same core is fenced. The log refuses every term but the newest.
 * A lease that lapsed still lets its term write until another takes it: nobody else can have written meanwhile.
 * Every method may fail with `lease.unreachable`.
 */
export interface Lease {
  /**
   * Takes the lease if nobody holds it, it has lapsed, or this holder has it already. Undefined when another holds it; and for a core
   * that says its name, when the last primary did not know it.
   */
  acquire(holder: string, ttlMs: Millis, core?: string): Promise<{ readonly term: number } | undefined>
  /** The term that opened last: only it can have left events that are not in the log yet. 0 before there was one. */
  opened(): Promise<number>
  /**
   * Says that this term lets events out from now on, those of earlier terms being in the log, and adds the core to those that it knows.
   * Gives all of them (without a core: nobody, and anybody may take the lease next); undefined when the term is over.
   */
  open(term: number, core?: string): Promise<readonly string[] | undefined>
  /**
   * Says which cores this term knows, the last word being the one of the highest version; undefined: all is in the log, and anybody may
   * take the lease next. False when the term is over or a later word was said. One that failed may have been heard, or be heard later.
   */
  know(term: number, version: number, cores: readonly string[] | undefined): Promise<boolean>
  /** Keeps it for another while from now. False when the term is over: the caller must stop at once. */
  renew(term: number, ttlMs: Millis): Promise<boolean>
  /** Gives it up; nothing of that term can be written any more. False when the term was over already. */
  release(term: number): Promise<boolean>
  /** Gives it up for a holder that the caller saw die, so that nobody waits for the lease to lapse. False if it holds none. */
  handBack(holder: string): Promise<boolean>
  /**
   * Gives it to one other holder and to nobody else: for this long only that holder's {@link acquire} succeeds. Nothing of the old term
   * can be written any more. False when the term was over.
   */
  handOver(term: number, to: string, ttlMs: Millis): Promise<boolean>
  /** Who holds it now; undefined when it was never taken, or given up. A lapsed one is still told. */
  current(): Promise<LeaseState | undefined>
  /** Calls soon after the lease was taken or given up (not when it lapses: ask {@link current} for that). */
  watch(wake: () => void): () => void
  close(): Promise<void>
}
