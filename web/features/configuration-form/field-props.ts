import type { FieldForm, FieldSchema } from '../../models/schema-form.ts'

/** What a field of a form is given. */
export interface FieldProps {
  readonly schema: FieldSchema
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  /** Keys with dots between them, from the object. */
  readonly path: string
  readonly label: string
  readonly isDisabled: boolean
  /** Names that there are, by what refers to them. */
  readonly namesOf: (target: string) => readonly string[]
  /** What is wrong at a place. */
  readonly faultAt: (path: string) => string | undefined
}

/** A field of one form. */
export type FieldOf<F extends FieldForm['form']> = FieldProps & { readonly form: Extract<FieldForm, { form: F }> }
