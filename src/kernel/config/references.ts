import type { z } from 'zod'
import type { Configuration, ConfigurationChange, ConfigurationKind } from './configuration.ts'
import type { FieldMeta, Target } from './fields.ts'
import { KIND_NAMES, KINDS, objectsOf } from './kinds.ts'
import { resolveNumber } from './number.ts'
import { isPrompt } from './prompt.ts'
import { roleOf } from './role.ts'

/** A name in an object that stands for something else, and where it stands (`overflow.0.to.queue`). */
export interface Reference {
  readonly path: string
  readonly target: Target
  readonly name: string
}

/** The parts of a zod schema that are walked through. */
interface Definition {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
  readonly keyType?: z.ZodType
  readonly valueType?: z.ZodType
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly discriminator?: string
}

/** Everything that a value refers to, by what its schema says; the value fits the schema. */
export function referencesOf(kind: ConfigurationKind, value: unknown): readonly Reference[] {
  const found: Reference[] = []
  walk(KINDS[kind].shape, value, [], found)
  return found
}

/** The value with every name that stands for something else under another name, as `named` says; the value fits the schema. */
export function withNames(
  kind: ConfigurationKind,
  value: unknown,
  named: (target: Target, name: string) => string,
): unknown {
  return mapped(KINDS[kind].shape, value, named)
}

function mapped(schema: z.ZodType, value: unknown, named: (target: Target, name: string) => string): unknown {
  const target = targetOf(schema)
  if (target && typeof value === 'string') return named(target, value)
  if (typeof value !== 'object' || value === null) return value
  const def = definitionOf(schema)
  switch (def.type) {
    case 'optional':
      return mapped(def.innerType!, value, named)
    case 'array':
      return (value as readonly unknown[]).map((one) => mapped(def.element!, one, named))
    case 'object':
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, def.shape![key] ? mapped(def.shape![key], one, named) : one]),
      )
    case 'record':
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [
          String(mapped(def.keyType!, key, named)),
          mapped(def.valueType!, one, named),
        ]),
      )
    case 'union': {
      const chosen = optionOf(def, value)
      return chosen ? mapped(chosen, value, named) : value
    }
    default:
      return value
  }
}

function walk(schema: z.ZodType, value: unknown, path: readonly string[], found: Reference[]): void {
  if (value === undefined) return
  const target = targetOf(schema)
  if (target && typeof value === 'string') found.push({ path: path.join('.'), target, name: value })
  const def = definitionOf(schema)
  switch (def.type) {
    case 'optional':
      return walk(def.innerType!, value, path, found)
    case 'array':
      for (const [index, one] of (value as readonly unknown[]).entries())
        walk(def.element!, one, [...path, String(index)], found)
      return
    case 'object':
      for (const [key, inner] of Object.entries(def.shape!))
        walk(inner, (value as Record<string, unknown>)[key], [...path, key], found)
      return
    case 'record':
      for (const [key, one] of Object.entries(value as object)) {
        walk(def.keyType!, key, [...path, key], found)
        walk(def.valueType!, one, [...path, key], found)
      }
      return
    case 'union': {
      const chosen = optionOf(def, value)
      if (chosen) walk(chosen, value, path, found)
      return
    }
  }
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition
}

function targetOf(schema: z.ZodType): Target | undefined {
  return (schema.meta() as FieldMeta | undefined)?.refersTo
}

function optionOf({ options, discriminator }: Definition, value: unknown): z.ZodType | undefined {
  if (discriminator === undefined) return undefined
  const type = (value as Record<string, unknown>)[discriminator]
  return options!.find((option) => {
    const literal = definitionOf(option).shape?.[discriminator] as z.ZodLiteral | undefined
    return literal?.value === type
  })
}

/** What objects of a kind may refer to at all. */
function targetsWithin(schema: z.ZodType): ReadonlySet<Target> {
  const def = definitionOf(schema)
  const own = targetOf(schema)
  const inner = [
    ...[def.element, def.keyType, def.valueType, def.innerType].filter((one) => one !== undefined),
    ...Object.values(def.shape ?? {}),
    ...(def.options ?? []),
  ]
  return new Set([...(own ? [own] : []), ...inner.flatMap((one) => [...targetsWithin(one)])])
}

const TARGETS = new Map(KIND_NAMES.map((kind) => [kind, targetsWithin(KINDS[kind].shape)]))

/** What may be missed when an object of a kind is gone, or a user's extension is another one. */
const MISSED: Readonly<Partial<Record<ConfigurationKind, readonly Target[]>>> = {
  user: ['user', 'mailbox', 'number'],
  role: ['role'],
  queue: ['queue', 'mailbox'],
  flow: ['flow'],
  number: ['number'],
  schedule: ['schedule'],
  prompt: ['prompt'],
}

/** The kinds whose objects may refer to what these changes take away; all of them must be looked through. */
export function kindsToLookThrough(changes: readonly ConfigurationChange[]): readonly ConfigurationKind[] {
  const missed = new Set(
    changes
      .filter(({ kind, value }) => value === undefined || kind === 'user')
      .flatMap(({ kind }) => MISSED[kind] ?? []),
  )
  return KIND_NAMES.filter((kind) => [...TARGETS.get(kind)!].some((target) => missed.has(target)))
}

/** Whether there is what a reference names. Skills, groups and wrap-up codes come to be by being named; steps are the flow's to check. */
export function isThere(configuration: Configuration, { target, name }: Reference): boolean {
  switch (target) {
    case 'skill':
    case 'group':
    case 'wrap-up-code':
    case 'step':
      return true
    case 'role':
      return roleOf(configuration.roles, name) !== undefined
    case 'prompt':
      return isPrompt(configuration.prompts, name)
    case 'number':
      return resolveNumber(configuration, name) !== undefined
    case 'mailbox':
      return configuration.users.has(name) || configuration.queues.has(name)
    default:
      return objectsOf(configuration, target).has(name)
  }
}
