/** Icons, drawn in the colour of the text beside them. Each says nothing: its button has a label. */
const PATHS = {
  chat: "M12 3C6.9 3 3 6.6 3 11c0 2.3 1.1 4.4 2.8 5.9L5 21l4.3-1.6c.9.2 1.8.3 2.7.3 5.1 0 9-3.6 9-8.1S17.100 3 12 3Z",
  close: "m6 6 12 12M18 6 6 18",
  down: "m6 9.500 6 6 6-6",
  back: "m14.500 6-6 6 6 6",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  emoji:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.500 14.200c.8 1.200 2 1.900 3.500 1.900s2.700-.7 3.500-1.900M9 9.500h.01M15 9.500h.01",
  attach:
    "m19.500 11.500-7.700 7.700a4.600 4.600 0 0 1-6.500-6.500l8.200-8.200a3.100 3.100 0 0 1 4.400 4.400l-8.200 8.200a1.600 1.600 0 0 1-2.200-2.200l7-7",
  search: "m20 20-4.200-4.200M10.800 18a7.200 7.200 0 1 0 0-14.400 7.200 7.200 0 0 0 0 14.400Z",
} as const;

export function Icon({ name, filled = false }: { name: keyof typeof PATHS; filled?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" class={filled ? "filled" : undefined}>
      <path d={PATHS[name]} />
    </svg>
  );
}
