/** Something that agents say again and again, kept to be put into what they write (DIG-06). */
export interface Response {
  readonly name: string
  /** What the list shows. */
  readonly title: string
  /** `{{customer}}`, `{{agent}}` and `{{queue}}` stand for what they are at the moment of use. */
  readonly text: string
  /** Offered to work of these queues only; to all, when not said. */
  readonly queues?: readonly string[]
}

/** What may stand for itself in the text of a response. */
export const RESPONSE_VALUES = ['customer', 'agent', 'queue'] as const

/** One of them. */
export type ResponseValue = (typeof RESPONSE_VALUES)[number]

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g

/** The places of a text that nothing can be put into. */
export function unknownPlaces(text: string): readonly string[] {
  const names = [...text.matchAll(PLACE)].map((match) => match[1] ?? '')
  return names.filter((name) => !RESPONSE_VALUES.some((known) => known === name))
}

/** The text with its places filled; a value that nobody knows leaves nothing behind. */
export function fillResponse(text: string, values: Readonly<Partial<Record<ResponseValue, string>>>): string {
  return text.replace(PLACE, (_, name: string) => values[name as ResponseValue] ?? '')
}

/** The responses that fit work of a queue, by title. */
export function responsesFor(all: Iterable<Response>, queue: string | undefined): readonly Response[] {
  return [...all]
    .filter(({ queues }) => !queues || (queue !== undefined && queues.includes(queue)))
    .sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0))
}
