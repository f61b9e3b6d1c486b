import { useEffect, useState } from 'react'
import type { ItemView } from '#api/contract'
import { browserClock } from '../../models/clock.ts'
import { DeskClient } from '../../models/desk-client.ts'
import { DraftKeeper } from '../../models/draft-keeper.ts'
import { type FormValues, filled } from '../../models/item-form.ts'

/** A core that restarts is back within a second or two. */
const RETRY_MS = 2_000

/** A work item, and the keeper of what is filled into its form if it has one; undefined until the server has told of it. */
export function useItem(
  interaction: string,
  token: string,
): { readonly item: ItemView; readonly keeper: DraftKeeper<FormValues> | undefined } | undefined {
  const [item, setItem] = useState<ItemView | undefined>()
  const [keeper, setKeeper] = useState<DraftKeeper<FormValues> | undefined>()
  useEffect(() => {
    const client = new DeskClient(token)
    let stop = (): void => {}
    const read = (): void =>
      void client.item(interaction).then(setItem, () => {
        stop = browserClock.after(RETRY_MS, read)
      })
    read()
    return () => stop()
  }, [interaction, token])
  useEffect(() => {
    if (!item?.form) return
    const client = new DeskClient(token)
    const made = new DraftKeeper<FormValues>({
      key: `tandem.item.${interaction}`,
      read: async () => item.values,
      write: (values) => client.fillIn(interaction, values),
      trim: filled,
      storage: localStorage,
      clock: browserClock,
    })
    setKeeper(made)
    return () => made.close()
  }, [interaction, token, item])
  return item && { item, keeper }
}
