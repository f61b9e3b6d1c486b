import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { DeskSettings } from '#api/contract'
import { PARTS_OUT_MAX, textParts } from '#kernel/sms'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useBeginning } from '../../ui/use-beginning.ts'

/** More than ten messages hold. */
const TEXT_CHARS_MAX = 4_000

/** What the server is asked for; the id is made once, so that a press that is repeated sends nothing twice. */
export interface NewText {
  readonly id: string
  readonly account: string
  readonly to: string
  readonly text: string
}

/** Begins a conversation by text message: which number of ours, whose number, and what to say. */
export function BeginText(props: {
  accounts: DeskSettings['textAccounts']
  /** Rejects with what the server has against it. */
  onBegin: (text: NewText) => Promise<unknown>
  onClose: () => void
}) {
  const { accounts } = props
  const { t } = useWords()
  const { id, isBusy, fault, forget, begin } = useBeginning(props.onClose)
  const [account, setAccount] = useState(accounts[0]?.name ?? '')
  const [to, setTo] = useState('')
  const [text, setText] = useState('')
  const messages = textParts(text).parts.length
  const isTooLong = messages > PARTS_OUT_MAX
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (isTooLong) return
    await begin(() => props.onBegin({ id, account, to: to.trim(), text }))
  }
  const typed =
    (change: (value: string) => void) => (event: { readonly currentTarget: { readonly value: string } }) => {
      forget()
      change(event.currentTarget.value)
    }
  return (
    <Dialog title={t('beginText.title')} closeLabel={t('give.close')} onClose={props.onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          name="to"
          type="tel"
          label={t('beginText.to')}
          description={t('beginText.toHint')}
          placeholder="+49 170 1234567"
          maxLength={40}
          required
          data-autofocus
          value={to}
          error={fault || undefined}
          onChange={typed(setTo)}
        />
        <Textarea
          name="text"
          mt="sm"
          label={t('beginText.text')}
          autosize
          minRows={3}
          maxRows={8}
          maxLength={TEXT_CHARS_MAX}
          required
          value={text}
          description={
            text === ''
              ? undefined
              : t(isTooLong ? 'conversation.tooLong' : 'conversation.length', { count: messages, most: PARTS_OUT_MAX })
          }
          error={isTooLong || undefined}
          onChange={typed(setText)}
        />
        {accounts.length > 1 && (
          <NativeSelect
            name="account"
            mt="sm"
            label={t('beginText.account')}
            value={account}
            data={accounts.map(({ name, address }) => ({ value: name, label: `${address} (${name})` }))}
            onChange={typed(setAccount)}
          />
        )}
        <Button type="submit" mt="md" loading={isBusy} disabled={isTooLong || text.trim() === '' || to.trim() === ''}>
          {t('conversation.send')}
        </Button>
      </form>
    </Dialog>
  )
}
