import { z } from 'zod'
import { RENAMED_TARGETS } from '#kernel/config'
import { MomentSchema } from './fields.ts'

/** A version's note is a sentence or two, read in a list. */
const NOTE_CHARS_MAX = 500

/** As many as one page of versions shows. */
const VERSIONS_MAX = 200

const ChangeSchema = z.strictObject({
  kind: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  value: z.looseObject({}).optional().describe('the whole object; without it the object is removed'),
})

/** A proposal: changes, or a whole exported document, or an older version to go back to; exactly one of the three. */
const Proposal = {
  basedOn: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('the version that the author saw; the present one when not said'),
  changes: z.array(ChangeSchema).min(1).max(20_000).optional(),
  document: z.looseObject({}).optional().describe('an exported configuration; what it leaves out of a kind is removed'),
  version: z.number().int().min(1).optional().describe('the version to go back to'),
}

const isOne = ({ changes, document, version }: { changes?: unknown; document?: unknown; version?: unknown }) =>
  [changes, document, version].filter((one) => one !== undefined).length === 1
const ONE = 'takes exactly one of changes, document and version'

/** What shall be looked at before it is published. */
export const ProposalSchema = z.strictObject(Proposal).refine(isOne, ONE)

/** What shall be published as one version. */
export const PublishSchema = z
  .strictObject({
    ...Proposal,
    note: z.string().max(NOTE_CHARS_MAX).optional().describe('why, for those who read the list of versions'),
  })
  .refine(isOne, ONE)

/** A field that is not what it was. */
export const FieldDifferenceSchema = z.object({
  path: z.string().describe('keys with dots between them; empty for an object that is new or gone'),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})

/** An object that is not what it was. */
export const ObjectDifferenceSchema = z.object({
  kind: z.string(),
  name: z.string(),
  what: z.enum(['new', 'changed', 'gone']),
  fields: z.array(FieldDifferenceSchema),
})

/** An object that is not what it was. */
export type ObjectDifference = z.infer<typeof ObjectDifferenceSchema>

const PlacedSchema = z.object({ path: z.string(), problem: z.string() })

/** What would come of a proposal; nothing was changed. */
export const CheckedSchema = z.object({
  version: z.number().int().describe('the present one'),
  changes: z.array(ChangeSchema),
  differences: z.array(ObjectDifferenceSchema),
  faults: z.array(PlacedSchema).describe('why it would be refused; none: it may be published'),
  warnings: z.array(PlacedSchema).describe('what is possible and probably not meant'),
  collisions: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      version: z.number().int(),
      by: z.string(),
      at: MomentSchema,
      fields: z
        .array(
          FieldDifferenceSchema.extend({
            mine: z.unknown().optional().describe('what the proposal says there, if it changes it: null takes it away'),
          }),
        )
        .optional()
        .describe('what others changed in it since basedOn; absent when history does not hold it'),
    }),
  ),
})

/** What would come of a proposal. */
export type Checked = z.infer<typeof CheckedSchema>

/** Which versions to list, newest first. */
export const VersionsQuerySchema = z.strictObject({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(VERSIONS_MAX).default(50),
  by: z.string().min(1).max(64).optional().describe('only what this user published'),
  kind: z.string().min(1).max(64).optional().describe('only what changed an object of this kind'),
  name: z.string().min(1).max(64).optional().describe('only what changed an object of this name'),
})

/** A published change: who, when, from where, why. */
export const VersionSchema = z.object({
  version: z.number().int(),
  at: MomentSchema,
  by: z.string(),
  from: z
    .string()
    .nullable()
    .describe('the address that it was asked from; null: a program of the installation itself'),
  note: z.string().nullable(),
  objects: z.array(z.object({ kind: z.string(), name: z.string(), removed: z.boolean() })),
})

/** A published change. */
export type Version = z.infer<typeof VersionSchema>

/** A name that an object of a kind may have, where not every name will do, and what its value takes. */
export const GivenNameSchema = z.object({
  name: z.string(),
  what: z.string(),
  takes: z
    .object({
      form: z.string(),
      least: z.number().optional(),
      most: z.number().optional(),
      choices: z.array(z.string()).optional(),
    })
    .optional(),
  value: z.looseObject({}).optional().describe('the whole object that holds while it is not set'),
  default: z.string().nullable().optional().describe('what holds while it is not set; null: it is off'),
})

/** A name that an object of a kind may have. */
export type GivenName = z.infer<typeof GivenNameSchema>

/** What can be given another name everywhere at once. */
export const RenameSchema = z.strictObject({
  target: z.enum(RENAMED_TARGETS),
  from: z.string().min(1).max(100),
  to: z.string().min(1).max(100),
})

/** Names that come to be by being named, and all else that can be renamed, with where each is named. */
export const NamesSchema = z.object({
  items: z.array(z.object({ target: z.enum(RENAMED_TARGETS), name: z.string(), usedBy: z.array(z.string()) })),
})

/** What can be configured, with the shape of each kind as JSON Schema (`refersTo`, `unit`). */
export const KindsSchema = z.object({
  kinds: z.array(
    z.object({
      kind: z.string(),
      plural: z.string(),
      words: z.string(),
      isNamed: z.boolean().describe('whether an object carries its own name'),
      names: z
        .array(GivenNameSchema)
        .describe('what is there by itself; for settings and seats these are all names, for roles others may be added'),
      schema: z.looseObject({}),
    }),
  ),
})

/** What a version changed, object by object. */
export const VersionDifferencesSchema = z.object({ differences: z.array(ObjectDifferenceSchema) })

/** What can be configured. */
export type Kinds = z.infer<typeof KindsSchema>
