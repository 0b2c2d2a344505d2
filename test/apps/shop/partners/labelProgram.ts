/** The carrier's program that draws a label: number, name and city of the receiver in, SVG out. */

const [orderId = '', name = '', city = ''] = process.argv.slice(2);
const bars = [...orderId].map((digit, index) => `<rect x="${index * 10}" width="${Number(digit) + 1}" height="20"/>`);
const [line1, line2] = [name, city].map(text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));

process.stdout.write(`<g>${bars.join('')}<text y="40">${line1}</text><text y="60">${line2}</text></g>\n`);
