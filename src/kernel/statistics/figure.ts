import { assertNever } from '#base'
import type { Measure, ObjectKind } from './measure.ts'
import { type Sums, sumKey } from './sums.ts'

/** A measure, or the part of it with a detail: `answered`, `answered:in-time`. */
export type Term = Measure | `${Measure}:${string}`

/** How a figure follows from sums. Everything else (its value, its text, its contacts) follows from this. */
export type Formula =
  | { readonly type: 'count'; readonly of: readonly Term[] }
  | { readonly type: 'time'; readonly of: readonly Term[] }
  | { readonly type: 'longest'; readonly of: readonly Term[] }
  /** Time by count. */
  | { readonly type: 'mean'; readonly of: readonly Term[] }
  /** 100 × part ÷ whole. */
  | {
      readonly type: 'share'
      readonly by: 'count' | 'time'
      readonly part: readonly Term[]
      readonly whole: readonly Term[]
    }

/** A figure's name, version, meaning and formula. A changed definition is a new version beside the old one; an old one is never edited (promise 11). */
export interface Figure {
  readonly name: string
  readonly version: number
  /** The day from which on the version counts. */
  readonly since: string
  readonly of: readonly ObjectKind[]
  readonly meaning: string
  readonly formula: Formula
  /** Whether the figure is told by detail too (`handled:voice`): media, reasons. */
  readonly detailed?: boolean
  /** Who counts like this, where that is published. */
  readonly source?: string
}

/** `name@version`. */
export function figureId({ name, version }: Pick<Figure, 'name' | 'version'>): string {
  return `${name}@${version}`
}

/** The unit of a figure's value. */
export function unitOf({ formula }: Pick<Figure, 'formula'>): 'count' | 'ms' | 'percent' {
  if (formula.type === 'share') return 'percent'
  return formula.type === 'count' ? 'count' : 'ms'
}

/** What a figure is made of, each once: the facts that have one of these are what it counts. */
export function termsOf({ formula }: Pick<Figure, 'formula'>): readonly Term[] {
  const terms = formula.type === 'share' ? [...formula.part, ...formula.whole] : formula.of
  const whole = new Set(terms.filter((term) => !term.includes(':')))
  return [...new Set(terms)].filter((term) => whole.has(term) || !whole.has(partsOfTerm(term).measure))
}

/** A term's measure and detail. */
export function partsOfTerm(term: Term): { readonly measure: Measure; readonly detail?: string } {
  const at = term.indexOf(':')
  if (at < 0) return { measure: term as Measure }
  return { measure: term.slice(0, at) as Measure, detail: term.slice(at + 1) }
}

/** A figure's value; null where there is nothing to divide by. */
export function figureValue({ formula }: Pick<Figure, 'formula'>, sums: Sums): number | null {
  switch (formula.type) {
    case 'count':
      return total(sums, formula.of, 'count')
    case 'time':
      return total(sums, formula.of, 'ms')
    case 'longest':
      return formula.of.reduce((longest, term) => Math.max(longest, sums.get(term)?.longestMs ?? 0), 0)
    case 'mean': {
      const count = total(sums, formula.of, 'count')
      return count === 0 ? null : Math.round(total(sums, formula.of, 'ms') / count)
    }
    case 'share': {
      const field = formula.by === 'count' ? 'count' : 'ms'
      const whole = total(sums, formula.whole, field)
      return whole === 0 ? null : Math.round((1000 * total(sums, formula.part, field)) / whole) / 10
    }
    default:
      return assertNever(formula)
  }
}

function total(sums: Sums, terms: readonly Term[], field: 'count' | 'ms'): number {
  return terms.reduce((sum, term) => sum + (sums.get(term)?.[field] ?? 0), 0)
}

/** The same figure of one detail alone; only for figures that are told by detail. */
export function partOf(figure: Figure, detail: string): Figure {
  const of = termsOf(figure).map((term) => sumKey(partsOfTerm(term).measure, detail) as Term)
  return {
    ...figure,
    name: `${figure.name}:${detail}`,
    formula: { type: figure.formula.type === 'count' ? 'count' : 'time', of },
  }
}

/** The details that sums have of a figure. */
export function detailsOf(figure: Figure, sums: Sums): readonly string[] {
  const prefixes = termsOf(figure).map((term) => `${term}:`)
  const found = [...sums.keys()].flatMap((key) =>
    prefixes.flatMap((prefix) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])),
  )
  return [...new Set(found)].sort()
}

/** The formula in words. */
export function formulaText({ formula }: Pick<Figure, 'formula'>): string {
  const sum = (terms: readonly Term[]): string => (terms.length === 1 ? terms[0]! : `(${terms.join(' + ')})`)
  switch (formula.type) {
    case 'count':
      return formula.of.join(' + ')
    case 'time':
      return `time of ${formula.of.join(' + ')}`
    case 'longest':
      return `longest of ${formula.of.join(', ')}`
    case 'mean':
      return `time of ${sum(formula.of)} ÷ ${sum(formula.of)}`
    case 'share':
      return `100 × ${sum(formula.part)} ÷ ${sum(formula.whole)}${formula.by === 'time' ? ', by time' : ''}`
    default:
      return assertNever(formula)
  }
}
