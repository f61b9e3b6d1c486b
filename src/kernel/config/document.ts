import type { Configuration, ConfigurationChange, ConfigurationKind } from './configuration.ts'
import { changesBetween, inOrder } from './difference.ts'
import { CONFIG_ERRORS } from './errors.ts'
import { KIND_NAMES, KINDS, kindOfPlural, objectsOf, pluralOf } from './kinds.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'

/** The shape of an exported configuration; a later shape has a higher number and reads the older ones. */
export const DOCUMENT_FORMAT = 1

/**
 * The whole configuration as data for people and `diff`: of each kind its objects by name, everything in the order of names. No numbers
 * of versions and no secrets are in it: the same configuration is the same text on every installation.
 */
export type ConfigurationDocument = {
  readonly tandem: 'configuration'
  readonly format: number
} & { readonly [K in ConfigurationKind as `${K}s`]?: Readonly<Record<string, object>> }

/** The configuration as a document. A kind without objects is named too: importing it elsewhere removes what there is of it. */
export function documentOf(configuration: Configuration): ConfigurationDocument {
  const kinds = KIND_NAMES.map((kind) => {
    const objects = [...objectsOf(configuration, kind)].map(([name, value]) => [name, withoutName(kind, value)])
    return [pluralOf(kind), inOrder(Object.fromEntries(objects))]
  })
  return { tandem: 'configuration', format: DOCUMENT_FORMAT, ...Object.fromEntries(kinds) }
}

/**
 * What makes the configuration into what the document says. Of a kind that the document does not name nothing changes; of one that it
 * names, what it leaves out is removed. Refuses (`config.invalid`, with the place) what is no such document; whether its objects are
 * sound is seen when the changes are checked.
 */
export function changesTo(configuration: Configuration, document: unknown): readonly ConfigurationChange[] {
  const { tandem, format, ...kinds } = asRecord(document, 'the document')
  if (tandem !== 'configuration') refuse('tandem', 'is not "configuration": this is no exported configuration')
  if (format !== DOCUMENT_FORMAT) {
    refuse('format', `is ${JSON.stringify(format)}; this release reads ${DOCUMENT_FORMAT}`)
  }
  const told = Object.keys(kinds).map((plural) => {
    const kind = kindOfPlural(plural)
    return kind ?? refuse(plural, 'is of no kind that this release knows')
  })
  const kept = KIND_NAMES.filter((kind) => !told.includes(kind)).flatMap((kind) => valuesOf(configuration, kind))
  const wanted = told.flatMap((kind) =>
    Object.entries(asRecord(kinds[pluralOf(kind)], pluralOf(kind))).map(([name, value]) =>
      change(kind, name, asRecord(value, `${pluralOf(kind)}.${name}`)),
    ),
  )
  const changes = [...kept, ...wanted]
  const after = evolveConfiguration(initialConfiguration(), { version: 0, by: '', changes }, 0)
  return changesBetween(configuration, after.configuration)
}

function valuesOf(configuration: Configuration, kind: ConfigurationKind): readonly ConfigurationChange[] {
  return [...objectsOf(configuration, kind)].map(([name, value]) => ({ kind, name, value }) as ConfigurationChange)
}

function change(kind: ConfigurationKind, name: string, value: object): ConfigurationChange {
  return { kind, name, value: KINDS[kind].isNamed ? { ...value, name } : value } as unknown as ConfigurationChange
}

function withoutName(kind: ConfigurationKind, value: object): object {
  if (!KINDS[kind].isNamed) return value
  const { name: _, ...rest } = value as { readonly name: string }
  return rest
}

function asRecord(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'is not an object')
  return value as Readonly<Record<string, unknown>>
}

function refuse(path: string, problem: string): never {
  throw CONFIG_ERRORS['config.invalid']({ path, problem })
}
