/** Results on a screen. */

/** A line a case: what the first candidate has, then the others, with their speed (or thrift) relative to it; more is better. */
export function printTable(title, unit, results) {
  console.log(`\n${title}`);
  for (const [name, { note, ...row }] of Object.entries(results)) {
    const [[first, { best }], ...others] = Object.entries(row);
    const cells = others.map(([candidate, { ratio, best: own }]) => {
      return unit === "µs" ? `${candidate} ${ratio.toFixed(2)}` : `${candidate} ${number(own, unit)} (${ratio.toFixed(2)})`;
    });
    console.log(`  ${name.padEnd(16)}${first} ${number(best, unit)} │ ${cells.join("  ")}${note ? `  (${note})` : ""}`);
  }
}

function number(value, unit) {
  if (unit === "µs") return value >= 1e6 ? `${(value / 1e6).toFixed(0)} ms` : `${(value / 1e3).toFixed(2)} µs`;
  return `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`;
}
