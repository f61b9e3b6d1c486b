/** Something that somebody wants to look at again, by the name that they gave it. */
export interface SavedView<T> {
  readonly name: string
  readonly view: T
}

/** More than anybody tells apart. */
export const SAVED_MAX = 20

/** As long as it fits into a choice. */
export const SAVED_NAME_CHARS_MAX = 40

/** Where they are kept, and how to know one from what another release, or somebody else, put there. */
export interface SavedPlace<T> {
  readonly key: string
  readonly isView: (value: unknown) => value is T
}

/** What this browser keeps, in the order of the names. */
export function readSaved<T>(
  storage: Pick<Storage, 'getItem'>,
  { key, isView }: SavedPlace<T>,
): readonly SavedView<T>[] {
  try {
    const found = JSON.parse(storage.getItem(key) ?? '[]') as unknown
    if (!Array.isArray(found)) return []
    return found
      .filter((one): one is SavedView<T> => typeof one?.name === 'string' && isView(one.view))
      .slice(0, SAVED_MAX)
  } catch {
    return []
  }
}

/** The views with one more, or with another under its name; the one that was saved longest ago makes room. */
export function withSaved<T>(saved: readonly SavedView<T>[], name: string, view: T): readonly SavedView<T>[] {
  const words = name.trim().slice(0, SAVED_NAME_CHARS_MAX)
  if (words === '') return saved
  return [...saved.filter((one) => one.name !== words), { name: words, view }].slice(-SAVED_MAX)
}
