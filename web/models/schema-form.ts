/** The part of JSON Schema that the kernel's shapes are told in. `refersTo` and `unit` are Tandem's own. */
export interface FieldSchema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: FieldSchema
  readonly properties?: Readonly<Record<string, FieldSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | FieldSchema
  readonly propertyNames?: FieldSchema
  readonly oneOf?: readonly FieldSchema[]
  readonly anyOf?: readonly FieldSchema[]
  readonly refersTo?: string
  readonly unit?: 'ms' | 'percent'
}

/** How a value is edited. */
export type FieldForm =
  | { readonly form: 'text' }
  | { readonly form: 'choice'; readonly choices: readonly string[] }
  | { readonly form: 'switch' }
  | {
      readonly form: 'number'
      readonly least: number | undefined
      readonly most: number | undefined
      readonly unit: FieldSchema['unit']
      /** 0, for "never", beside the range. */
      readonly isZeroAllowed?: boolean
    }
  /** A list of words or numbers. */
  | { readonly form: 'tags'; readonly items: FieldSchema }
  | { readonly form: 'list'; readonly items: FieldSchema }
  | { readonly form: 'record'; readonly keys: FieldSchema; readonly values: FieldSchema }
  | {
      readonly form: 'object'
      readonly properties: Readonly<Record<string, FieldSchema>>
      readonly required: readonly string[]
    }
  /** One of several objects, told apart by their `type`. */
  | { readonly form: 'variant'; readonly variants: ReadonlyMap<string, FieldSchema> }

/** How a schema's values are edited; what is of no known form is text. */
export function formOf(schema: FieldSchema): FieldForm {
  const options = schema.oneOf ?? schema.anyOf
  if (options) return formOfOptions(options)
  if (schema.enum) return { form: 'choice', choices: schema.enum }
  switch (schema.type) {
    case 'boolean':
      return { form: 'switch' }
    case 'integer':
    case 'number':
      return { form: 'number', least: schema.minimum, most: schema.maximum, unit: schema.unit }
    case 'array': {
      const items = schema.items ?? {}
      const isPlain = ['string', 'integer', 'number'].includes(items.type ?? '')
      return isPlain ? { form: 'tags', items } : { form: 'list', items }
    }
    case 'object':
      if (typeof schema.additionalProperties === 'object') {
        return { form: 'record', keys: schema.propertyNames ?? {}, values: schema.additionalProperties }
      }
      return { form: 'object', properties: schema.properties ?? {}, required: schema.required ?? [] }
    default:
      return { form: 'text' }
  }
}

function formOfOptions(options: readonly FieldSchema[]): FieldForm {
  const named = options.flatMap((option) => {
    const type = option.properties?.['type']?.const
    return typeof type === 'string' ? [[type, option] as const] : []
  })
  if (named.length === options.length) return { form: 'variant', variants: new Map(named) }
  const range = options.find((option) => option.type === 'integer' && option.const === undefined)
  return { form: 'number', least: range?.minimum, most: range?.maximum, unit: range?.unit, isZeroAllowed: true }
}

/** A value to begin with: as little as the schema allows. */
export function emptyOf(schema: FieldSchema): unknown {
  if (schema.const !== undefined) return schema.const
  const form = formOf(schema)
  switch (form.form) {
    case 'text':
      return ''
    case 'choice':
      return form.choices[0]
    case 'switch':
      return false
    case 'number':
      return form.isZeroAllowed ? 0 : (form.least ?? 0)
    case 'tags':
    case 'list':
      return []
    case 'record':
      return {}
    case 'object':
      return Object.fromEntries(form.required.map((key) => [key, emptyOf(form.properties[key] ?? {})]))
    case 'variant':
      return emptyOf([...form.variants.values()][0] ?? {})
  }
}

/** What a number is shown in, and how much of the value that is: durations are kept in milliseconds and shown in seconds. */
export function shownUnit(unit: FieldSchema['unit']): { readonly suffix: string; readonly factor: number } {
  if (unit === 'ms') return { suffix: ' s', factor: 1_000 }
  return unit === 'percent' ? { suffix: ' %', factor: 1 } : { suffix: '', factor: 1 }
}

/** `wrapUpMaxMs` as words, for a field that has no words of its own yet. */
export function wordsOf(key: string): string {
  const words = key
    .replace(/Ms$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A range as it stands beside a field: `0 · 10 – 3600 s`; nothing where there is none. */
export function rangeOf(form: Extract<FieldForm, { form: 'number' }>, language: string): string {
  const { least, most, unit, isZeroAllowed } = form
  // Shapes of whole numbers without a range say the largest that JSON can hold.
  if (least === undefined || most === undefined || Math.abs(most) >= Number.MAX_SAFE_INTEGER) return ''
  const { suffix, factor } = shownUnit(unit)
  const format = new Intl.NumberFormat(language)
  const range = `${format.format(least / factor)} – ${format.format(most / factor)}${suffix}`
  return isZeroAllowed ? `0 · ${range}` : range
}

/** A value of an object in few words, for lists of differences; objects and lists as JSON. */
export function valueInWords(key: string, value: unknown, language: string): string {
  if (value === undefined) return '–'
  if (typeof value === 'number') {
    const { suffix, factor } = shownUnit(key.endsWith('Ms') ? 'ms' : undefined)
    return `${new Intl.NumberFormat(language).format(value / factor)}${suffix}`
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Where something stands, key by key: `overflow.0.to.queue` is `Overflow 1 › To › Queue`. `nameOf` says a key in words, if it has any. */
export function placeInWords(path: string, nameOf: (key: string) => string | undefined): string {
  const parts: string[] = []
  for (const key of path.split('.')) {
    const last = parts.at(-1)
    if (/^\d+$/.test(key) && last !== undefined) parts[parts.length - 1] = `${last} ${Number(key) + 1}`
    else parts.push(nameOf(key) ?? key)
  }
  return parts.join(' › ')
}
