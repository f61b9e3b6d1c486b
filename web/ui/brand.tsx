/** Two wheels, one frame. */
export function BrandMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#2b50c8" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
        <circle cx="10.5" cy="18" r="5" />
        <circle cx="21.5" cy="18" r="5" />
        <path d="M10.5 18 14 11h6l1.5 7" />
      </g>
    </svg>
  )
}
