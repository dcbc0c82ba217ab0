/** A lit window at dusk: frames, a rail and hanging cloth, drawn with a few shapes in the theme's own colours. */
export function ShopWindow() {
  return (
    <div className="relative hidden overflow-hidden bg-paper lg:block">
      <svg
        aria-hidden
        viewBox="0 0 800 1000"
        preserveAspectRatio="xMidYMid slice"
        className="absolute inset-0 size-full"
      >
        <defs>
          <radialGradient id="light" cx="50%" cy="18%" r="75%">
            <stop offset="0" stopColor="var(--canvas)" />
            <stop offset="1" stopColor="var(--paper)" stopOpacity="0" />
          </radialGradient>
          <linearGradient id="cloth" x1="0" x2="1">
            <stop offset="0" stopColor="#000" stopOpacity=".16" />
            <stop offset=".25" stopColor="#fff" stopOpacity=".1" />
            <stop offset=".5" stopColor="#000" stopOpacity=".1" />
            <stop offset=".75" stopColor="#fff" stopOpacity=".08" />
            <stop offset="1" stopColor="#000" stopOpacity=".2" />
          </linearGradient>
        </defs>
        <rect width="800" height="1000" fill="url(#light)" />
        <ellipse cx="400" cy="868" rx="330" ry="26" fill="#000" opacity=".08" />
        <g fill="none" stroke="var(--ink)" strokeOpacity=".75" strokeWidth="5" strokeLinecap="round">
          <path d="M120 250H680M150 250V860M650 250V860M110 860H190M610 860H690" />
        </g>
        {garments.map(({ x, width, length, fill, flare }) => (
          <g key={x} transform={`translate(${x} 250)`}>
            <path
              d="M0 0c0-14 14-14 14-4 0 8-14 8-14 20"
              fill="none"
              stroke="var(--ink)"
              strokeOpacity=".75"
              strokeWidth="3.5"
            />
            {[fill, 'url(#cloth)'].map((paint) => (
              <path
                key={paint}
                fill={paint}
                d={`M0 16C-18 26-${width * 0.36} 34-${width * 0.5} 52L-${width * 0.62} 170-${width * 0.42} 178-${width * (0.42 + flare)} ${length}Q0 ${length + 16} ${width * (0.42 + flare)} ${length}L${width * 0.42} 178 ${width * 0.62} 170 ${width * 0.5} 52C${width * 0.36} 34 18 26 0 16Z`}
              />
            ))}
          </g>
        ))}
      </svg>
    </div>
  );
}

const garments = [
  { x: 235, width: 118, length: 370, fill: '#b9a58a', flare: 0.02 },
  { x: 345, width: 122, length: 520, fill: '#1d4d44', flare: 0.16 },
  { x: 460, width: 116, length: 330, fill: '#8c3f34', flare: 0 },
  { x: 568, width: 124, length: 470, fill: '#4b5566', flare: 0.06 },
];
