import { isSpace, isToken, noneOf, OCTETS, quotedEnd, skipSpace, unquote } from './grammar.ts'
import { MESSAGE_LIMITS } from './limits.ts'

/** Parameters in their order: a name as it was written, and its raw value (quotes included) or null when there is none. */
export type Params = readonly (readonly [name: string, value: string | null])[]

const SEMICOLON = 59
const EQUALS = 61

/** Reads `;name=value;name` from `at` to the end; nothing when it is malformed. */
export function parseParams(text: string, at: number): Params | undefined {
  const params: [string, string | null][] = []
  let position = skipSpace(text, at)
  while (position < text.length) {
    if (text.charCodeAt(position) !== SEMICOLON || params.length >= MESSAGE_LIMITS.paramsMax) return undefined
    const nameStart = skipSpace(text, position + 1)
    position = endOfWord(text, nameStart, true)
    const name = text.slice(nameStart, position)
    if (!isToken(name)) return undefined
    position = skipSpace(text, position)
    if (text.charCodeAt(position) !== EQUALS) {
      params.push([name, null])
      continue
    }
    const start = skipSpace(text, position + 1)
    const quoted = text.charCodeAt(start) === 34
    position = quoted ? quotedEnd(text, start) : endOfWord(text, start, false)
    if (position <= start) return undefined
    const value = text.slice(start, position)
    // More than tokens: an IPv6 address without brackets may stand there.
    if (!quoted && !noneOf(value, OCTETS.badInValue)) return undefined
    params.push([name, value])
    position = skipSpace(text, position)
  }
  return params
}

function endOfWord(text: string, start: number, stopAtEquals: boolean): number {
  let position = start
  for (; position < text.length; position++) {
    const code = text.charCodeAt(position)
    if (code === SEMICOLON || isSpace(code) || (stopAtEquals && code === EQUALS)) break
  }
  return position
}

/** The parameter's value without quotes, an empty string when it has none, nothing when it is not there. Names match in any case. */
export function param(params: Params, name: string): string | undefined {
  for (const [other, value] of params) {
    if (other === name || (other.length === name.length && other.toLowerCase() === name)) {
      return value === null ? '' : unquote(value)
    }
  }
  return undefined
}

/**
 * The parameters with this one set (null: without a value) in its old place or at the end, or left out when undefined. Where
 * a peer wrote the name twice, no second one stays behind to be found by the next reader.
 */
export function withParam(params: Params, name: string, value: string | null | undefined): Params {
  const at = params.findIndex(([other]) => other.toLowerCase() === name)
  if (at < 0) return value === undefined ? params : [...params, [name, value]]
  return params.flatMap(([other, old], index) => {
    if (other.toLowerCase() !== name) return [[other, old] as const]
    return index === at && value !== undefined ? [[other, value] as const] : []
  })
}

/** `;name=value;name`, or an empty string. */
export function formatParams(params: Params): string {
  let text = ''
  for (const [name, value] of params) text += value === null ? `;${name}` : `;${name}=${value}`
  return text
}
