/** One thing that a form asks for. */
export interface FormField {
  readonly name: string
  /** What stands beside it. */
  readonly title: string
  /** `date`: a day, as 2026-11-27. */
  readonly type: 'text' | 'number' | 'choice' | 'date'
  /** The work cannot be completed without it. */
  readonly required?: boolean
  /** What can be chosen, of a `choice`. */
  readonly choices?: readonly string[]
  /** The least and the most of a `number`. */
  readonly least?: number
  readonly most?: number
}

/** What agents fill in while they work on an item (DIG-14). */
export interface Form {
  readonly name: string
  readonly title: string
  readonly fields: readonly FormField[]
}

/** What was filled in, by the names of the fields. */
export type FormValues = Readonly<Record<string, string | number>>

/** Something that does not fit a form. */
export interface FormFault {
  readonly field: string
  readonly problem: string
}

/** The longest text of one field: a page. */
export const FORM_TEXT_CHARS_MAX = 4_000

/** What is wrong with values. Until the work is completed what is required may be missing. */
export function formFaults(form: Form, values: FormValues, isComplete: boolean): readonly FormFault[] {
  const known = new Set(form.fields.map(({ name }) => name))
  const unknown = Object.keys(values).filter((name) => !known.has(name))
  return [
    ...unknown.map((field) => ({ field, problem: 'is no field of the form' })),
    ...form.fields.flatMap((field) => {
      const problem = fieldProblem(field, values[field.name], isComplete)
      return problem === undefined ? [] : [{ field: field.name, problem }]
    }),
  ]
}

function fieldProblem(field: FormField, value: string | number | undefined, isComplete: boolean): string | undefined {
  if (value === undefined || value === '') return field.required && isComplete ? 'is required' : undefined
  if (field.type === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'is not a number'
    if (field.least !== undefined && value < field.least) return `is less than ${field.least}`
    return field.most !== undefined && value > field.most ? `is more than ${field.most}` : undefined
  }
  if (typeof value !== 'string') return 'is not a text'
  switch (field.type) {
    case 'choice':
      return field.choices?.includes(value) ? undefined : 'is none of the choices'
    case 'date':
      return isDay(value) ? undefined : 'is not a day (YYYY-MM-DD)'
    default:
      return value.length > FORM_TEXT_CHARS_MAX ? `is longer than ${FORM_TEXT_CHARS_MAX} characters` : undefined
  }
}

/** A day that there is. */
function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === undefined) return false
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day)
}

/** What the shape cannot say of a form. */
export function formDefects({ fields }: Form): readonly { path: string; problem: string }[] {
  return fields.flatMap(({ name, type, choices, least, most }, index) => {
    const at = `fields.${index}`
    const isTwice = fields.findIndex((one) => one.name === name) !== index
    return [
      ...(isTwice ? [{ path: `${at}.name`, problem: 'is the name of another field' }] : []),
      ...(type === 'choice' && !choices ? [{ path: `${at}.choices`, problem: 'is missing: what can be chosen?' }] : []),
      ...((least ?? 0) > (most ?? Number.POSITIVE_INFINITY)
        ? [{ path: `${at}.least`, problem: 'is more than "most"' }]
        : []),
    ]
  })
}
