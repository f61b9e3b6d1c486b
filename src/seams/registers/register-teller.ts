import type { Clock, Millis, Timer } from '#base'
import { REGISTER_ERRORS } from './errors.ts'
import { wordsOf } from './register-change.ts'
import type { RegisterCopy } from './register-copy.ts'
import { ANSWER_CHANGES_MAX, ANSWER_CHARS_MAX, type AnswerWords, readQuestion, WAIT_MS } from './register-messages.ts'

/** Between two answers to a core, what comes is gathered; one that asks without end is answered no more often. */
const GATHER_MS: Millis = 10
/** A core that asks puts its next question as soon as it has the answer; a busy one within this. */
const AGAIN_MS: Millis = 1_500
/** Three cores each of twenty machines, and as many of their earlier lives. */
const ASKERS_MAX = 120

interface Asking {
  /** Answers with what there is, or, where a newer question has come, with nothing: that costs nothing. */
  readonly answer: (is?: 'answered' | 'outdated') => void
  timer: Timer
  gathers: boolean
}

interface Asker {
  /** Whether it said that it is without Redis. */
  readonly alone: boolean
  /** When it was answered last. */
  answeredAt: Millis
}

/** Tells other cores what this one has come to know of the registers, when they ask. One question of each waits. */
export class RegisterTeller {
  readonly #copy: RegisterCopy
  readonly #clock: Clock
  readonly #asked: () => void
  readonly #asking = new Map<string, Asking>()
  readonly #askers = new Map<string, Asker>()
  readonly #stop: () => void
  #answers = 0
  #closed = false

  /** `asked` is called after each question has come. */
  constructor(copy: RegisterCopy, clock: Clock, asked: () => void) {
    this.#copy = copy
    this.#clock = clock
    this.#asked = asked
    this.#stop = copy.onChanged((from) => this.#somethingNew(from))
  }

  /** Answers given in its life. */
  get answers(): number {
    return this.#answers
  }

  /** What follows, as soon as there is something, or nothing in a while. Fails with `registers.question`. */
  async next(body: unknown, from: string): Promise<AnswerWords> {
    const question = readQuestion(body)
    if (!question || this.#closed) throw REGISTER_ERRORS['registers.question']()
    this.#asking.get(from)?.answer('outdated')
    if (!this.#askers.has(from) && this.#askers.size >= ASKERS_MAX) this.#forgetOne()
    const answeredAt = this.#askers.get(from)?.answeredAt ?? Number.NEGATIVE_INFINITY
    this.#askers.set(from, { alone: question.alone, answeredAt })
    const { self, head } = this.#copy
    const after = question.source === self && question.after <= head ? question.after : 0
    const answering = this.#something(after, from, question.waits)
    this.#asked()
    if ((await answering) === 'outdated') return { source: self, place: after, more: true, changes: [] }
    this.#answers++
    const limits = { but: from, countMax: ANSWER_CHANGES_MAX, charsMax: ANSWER_CHARS_MAX }
    const { changes, place } = this.#copy.after(after, limits)
    return { source: self, place, more: place < this.#copy.head, changes: changes.map(wordsOf) }
  }

  /** Whether that core asks this one: it has what this one knows. */
  tells(peer: string): boolean {
    const asker = this.#askers.get(peer)
    if (!asker) return false
    return this.#asking.has(peer) || this.#clock.monotonic() - asker.answeredAt < AGAIN_MS
  }

  /** Whether that core asks because it is without Redis. */
  isAlone(peer: string): boolean {
    return this.tells(peer) && this.#askers.get(peer)!.alone
  }

  /** Who waits is answered, and nobody after. */
  close(): void {
    this.#closed = true
    this.#stop()
    for (const { answer } of [...this.#asking.values()]) answer()
  }

  /** When there is something to tell, gathered for a moment after the answer before; or when the time is over. */
  #something(after: number, from: string, waits: boolean): Promise<'answered' | 'outdated'> {
    const clock = this.#clock
    return new Promise((resolve) => {
      const answer: Asking['answer'] = (is = 'answered') => {
        asking.timer.stop()
        if (this.#asking.get(from) === asking) this.#asking.delete(from)
        const asker = this.#askers.get(from)
        if (asker && is === 'answered') asker.answeredAt = clock.monotonic()
        resolve(is)
      }
      const asking: Asking = { answer, timer: clock.after(WAIT_MS, () => answer()), gathers: false }
      this.#asking.set(from, asking)
      if (!waits || this.#copy.hasAfter(after, from)) this.#answerSoon(from, asking)
    })
  }

  #somethingNew(toldBy: string | undefined): void {
    for (const [from, asking] of this.#asking) if (from !== toldBy && !asking.gathers) this.#answerSoon(from, asking)
  }

  #answerSoon(from: string, asking: Asking): void {
    const restMs = (this.#askers.get(from)?.answeredAt ?? 0) + GATHER_MS - this.#clock.monotonic()
    if (!(restMs > 0)) return asking.answer()
    asking.gathers = true
    asking.timer.stop()
    asking.timer = this.#clock.after(restMs, () => asking.answer())
  }

  /** The one that was answered longest ago. */
  #forgetOne(): void {
    const [oldest] = [...this.#askers].sort(([, one], [, other]) => one.answeredAt - other.answeredAt)
    if (oldest) this.#askers.delete(oldest[0])
  }
}
