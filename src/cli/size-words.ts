import { parseArgs } from 'node:util'
import { defineErrors } from '#base'

/** What may be wrong with the words after `tandem size`. */
export const SIZE_ERRORS = defineErrors({
  'size.unknown': { sentence: 'there is nothing called {word} to size; there are {known}', status: 422 },
  'size.option': { sentence: '{problem}; `tandem size {topic} --help` names the options', status: 422 },
  'size.missing': { sentence: '--{name} is needed: {meaning}', status: 422 },
  'size.number': { sentence: '--{name} is "{found}"; it must be a number', status: 422 },
  'size.file': { sentence: 'the question in {file} cannot be read: {problem}', status: 422 },
  'size.choice': { sentence: '--{name} is "{found}"; it must be one of {choices}', status: 422 },
})

/** What one option of a calculation is. */
export interface SizeOption {
  readonly meaning: string
  /** Taken when the option is not given; without one it is needed, unless it is `optional`. */
  readonly fallback?: number | string
  readonly optional?: true
  /** The words that it may be; a number otherwise. */
  readonly choices?: readonly string[]
  readonly text?: true
}

/** One calculation: its options, and the lines and the object that it gives. */
export interface SizeTopic {
  readonly summary: string
  readonly options: Readonly<Record<string, SizeOption>>
  calculate(words: SizeWords): SizeResult
}

/** For people: what is asked for, and its value. For programs: the same as an object. */
export interface SizeResult {
  readonly lines: readonly string[]
  readonly figures: Readonly<Record<string, unknown>>
}

/** The options as they were given. */
export class SizeWords {
  readonly #topic: string
  readonly #options: SizeTopic['options']
  readonly #values: Readonly<Record<string, unknown>>

  constructor(topic: string, options: SizeTopic['options'], args: readonly string[]) {
    this.#topic = topic
    this.#options = options
    this.#values = this.#parse(args)
  }

  /** The number that was given, or what stands for it. */
  number(name: string): number {
    return this.maybe(name) ?? this.#missing(name)
  }

  maybe(name: string): number | undefined {
    const text = this.maybeText(name)
    if (text === undefined) return undefined
    const found = Number(text)
    if (text.trim() === '' || Number.isNaN(found)) throw SIZE_ERRORS['size.number']({ name, found: text })
    return found
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T {
    const found = this.maybeText(name) ?? this.#missing(name)
    const chosen = choices.find((one) => one === found)
    if (chosen === undefined) throw SIZE_ERRORS['size.choice']({ name, found, choices: choices.join(', ') })
    return chosen
  }

  text(name: string): string {
    return this.maybeText(name) ?? this.#missing(name)
  }

  maybeText(name: string): string | undefined {
    const given = this.#values[name] ?? this.#options[name]?.fallback
    return given === undefined ? undefined : String(given)
  }

  #missing(name: string): never {
    throw SIZE_ERRORS['size.missing']({ name, meaning: this.#options[name]?.meaning })
  }

  #parse(args: readonly string[]): Readonly<Record<string, unknown>> {
    const options = Object.fromEntries(Object.keys(this.#options).map((name) => [name, { type: 'string' as const }]))
    try {
      return parseArgs({ args: [...args], options, allowPositionals: false }).values
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
      throw SIZE_ERRORS['size.option']({ problem, topic: this.#topic }, cause)
    }
  }
}
