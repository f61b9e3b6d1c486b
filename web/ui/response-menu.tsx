import { Button, Menu } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ResponseView } from '#api/contract'
import { ApiClient } from '../models/api-client.ts'

/** What is said again and again in this work; chosen, it stands in the text and can be changed before it is sent. Nothing where there is none. */
export function ResponseMenu(props: {
  id: string
  token: string
  label: string
  /** Where there is little room, it opens below. */
  compact?: boolean
  onChoose: (text: string) => void
}) {
  const { id, token, compact } = props
  const [responses, setResponses] = useState<readonly ResponseView[]>([])
  useEffect(() => {
    new ApiClient(token).responses(id).then(setResponses, () => {})
  }, [id, token])
  if (responses.length === 0) return null
  return (
    <Menu
      position={compact ? 'bottom-start' : 'top-end'}
      width={260}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button variant="default" {...(compact && { size: 'compact-sm' })}>
          {props.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {responses.map(({ name, title, text }) => (
          <Menu.Item key={name} onClick={() => props.onChoose(text)}>
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
