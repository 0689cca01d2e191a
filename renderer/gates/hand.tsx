/** The sign of held traffic: a raised hand. The two bars of a pause belong to the view. */
import type { JSX } from 'react';

export function Hand({ size = 14 }: { readonly size?: number }): JSX.Element {
  return (
    <svg
      aria-hidden="true"
      fill="none"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.7"
      style={{ flex: 'none' }}
      viewBox="0 0 20 20"
      width={size}
    >
      <path d="M6.5 10V4.8a1.25 1.25 0 0 1 2.5 0V9m0-5.7a1.25 1.25 0 0 1 2.5 0V9m0-4.2a1.25 1.25 0 0 1 2.5 0v5m0-2.3a1.25 1.25 0 0 1 2.5 0V12c0 4-2.2 6-5.5 6-2.6 0-4-1-5.3-3.4L3.4 11.500c-.6-1.200 1-2.200 1.900-1.200l1.200 1.500" />
    </svg>
  );
}
