import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** The product's blue; from shade 7 on it has 4.5:1 on white, up to 4 on the dark ground. */
const tandem: MantineColorsTuple = [
  '#eef2ff',
  '#dbe3fd',
  '#b5c5f8',
  '#8da6f4',
  '#6b8af0',
  '#5576ec',
  '#3f62e0',
  '#2b50c8',
  '#2345b3',
  '#1b389c',
]

/** Looks that every part shares. */
export const theme = createTheme({
  colors: { tandem },
  primaryColor: 'tandem',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  fontFamily: 'Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif',
  headings: {
    fontFamily: 'Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif',
    fontWeight: '650',
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
})

/** Mantine's secondary text has 3.3:1 on white; WCAG asks for 4.5:1. */
export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4f5966',
    '--mantine-color-placeholder': '#5f6975',
    '--mantine-color-error': '#b42318',
  },
  dark: {
    '--mantine-color-dimmed': '#a3adba',
    '--mantine-color-placeholder': '#98a2ae',
    '--mantine-color-error': '#ff9d94',
  },
})
