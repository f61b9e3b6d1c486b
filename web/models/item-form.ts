import type { ItemView } from '#api/contract'
import type { KeptDraft } from './draft-keeper.ts'

/** A field of the form of a work item. */
export type FormField = NonNullable<ItemView['form']>['fields'][number]

/** What is filled in, by the name of the field. */
export type FormValues = ItemView['values']

/** What is typed into a field as the server takes it; undefined where nothing stands. */
export function valueTyped({ type }: Pick<FormField, 'type'>, typed: string): string | number | undefined {
  if (typed.trim() === '') return undefined
  const number = Number(typed)
  return type === 'number' && Number.isFinite(number) ? number : typed
}

/** The draft without what is empty. */
export function filled(values: Partial<FormValues>): FormValues {
  return Object.fromEntries(Object.entries(values).filter((entry) => entry[1] !== undefined)) as FormValues
}

/** The required fields in which nothing stands. */
export function missingFields(
  fields: readonly FormField[],
  { draft }: Pick<KeptDraft<FormValues>, 'draft'>,
): readonly string[] {
  return fields.filter(({ name, required }) => required && draft[name] === undefined).map(({ name }) => name)
}
