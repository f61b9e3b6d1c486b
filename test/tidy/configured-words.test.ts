import { describe, expect, it } from 'vitest'
import { KIND_NAMES, kindSchemas, PARAMETERS, pluralOf } from '#kernel/config'
import { admin } from '../../web/ui/translations/en/admin.ts'

/** What one kind or all of them name in their shapes. */
interface Named {
  readonly fields: Set<string>
  readonly choices: Set<string>
  readonly variants: Set<string>
}

type Schema = Readonly<Record<string, unknown>>

function collect(schema: unknown, named: Named): Named {
  if (Array.isArray(schema)) {
    for (const one of schema) collect(one, named)
    return named
  }
  if (typeof schema !== 'object' || schema === null) return named
  const { properties = {}, enum: choices = [], ...rest } = schema as Schema
  for (const choice of choices as readonly string[]) named.choices.add(choice)
  for (const [key, value] of Object.entries(properties as Record<string, Schema>)) {
    named.fields.add(key)
    if (key === 'type' && typeof value['const'] === 'string') named.variants.add(value['const'])
    collect(value, named)
  }
  for (const value of Object.values(rest)) collect(value, named)
  return named
}

/** The other languages have the keys of English: `web/ui/translations` tests that. */
describe('the page of administrators', () => {
  const named = collect(Object.values(kindSchemas()), { fields: new Set(), choices: new Set(), variants: new Set() })
  const lacking = (section: Readonly<Record<string, string>>, names: Iterable<string>) =>
    [...names].filter((name) => !Object.hasOwn(section, name))

  it('has words for every kind, field and choice that can be configured (CFG-01)', () => {
    expect(named.fields.size).toBeGreaterThan(50)
    expect(lacking(admin.kind, [...KIND_NAMES, ...KIND_NAMES.map(pluralOf)])).toEqual([])
    expect(lacking(admin.field, named.fields)).toEqual([])
    expect(lacking(admin.choice, named.choices)).toEqual([])
    expect(lacking(admin.variant, named.variants)).toEqual([])
  })

  it('has words for every setting and what it takes (CFG-13)', () => {
    expect(
      lacking(
        admin.setting,
        PARAMETERS.map(({ name }) => name),
      ),
    ).toEqual([])
    expect(
      lacking(
        admin.settingTakes,
        PARAMETERS.map(({ form }) => form),
      ),
    ).toEqual([])
  })
})
