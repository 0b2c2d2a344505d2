/** A call graph as a picture: SVG by Graphviz, PDF drawn after Graphviz's own drawing orders. */
import { instance } from '@viz-js/viz';
import * as pdfkit from 'pdfkit';
import Helvetica from 'pdfkit/standard-fonts/Helvetica';
import * as z from 'zod';

const MARGIN = 24;
const FONT = 'Helvetica';

/** Its published types have the default export alone, which the two builds do not share. */
const { PDFDocument, registerStdFonts } = pdfkit as unknown as {
  PDFDocument: typeof pdfkit.default;
  registerStdFonts(...fonts: object[]): void;
};

/** @returns an SVG document */
export async function callGraphSvg(dot: string): Promise<string> {
  return (await instance()).renderString(dot, { format: 'svg' });
}

const point = z.tuple([z.number(), z.number()]);

/** The orders that the graphs here are drawn with: https://graphviz.org/docs/outputs/canon/#xdot */
const order = z.union([
  z.object({ op: z.enum(['c', 'C']), color: z.string() }),
  z.object({ op: z.literal('S'), style: z.string() }),
  z.object({ op: z.enum(['p', 'P', 'L', 'b', 'B']), points: z.array(point) }),
  z.object({ op: z.literal('F'), size: z.number() }),
  z.object({ op: z.literal('T'), pt: point, align: z.enum(['l', 'c', 'r']), text: z.string() }),
]);
type Order = z.infer<typeof order>;

const orders = z.array(z.unknown()).optional();
const drawn = z.object({ _draw_: orders, _hdraw_: orders, _ldraw_: orders });
const drawing = drawn.extend({
  bb: z.string(),
  objects: z.array(drawn).optional(),
  edges: z.array(drawn).optional(),
});

/** @returns a PDF document of one page, as large as the graph */
export async function callGraphPdf(dot: string): Promise<Uint8Array> {
  registerStdFonts(Helvetica);
  const graph = drawing.parse((await instance()).renderJSON(dot));
  const [, , width = 0, height = 0] = graph.bb.split(',').map(Number);
  const document = new PDFDocument({ size: [width + 2 * MARGIN, height + 2 * MARGIN], margin: 0, font: FONT });
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise(resolve => document.on('end', resolve));
  const pen = new Pen(document, height + MARGIN);
  for (const part of [graph, ...(graph.edges ?? []), ...(graph.objects ?? [])]) {
    for (const list of [part._draw_, part._hdraw_, part._ldraw_]) pen.draw(list ?? []);
  }
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

type Point = z.infer<typeof point>;

/** Draws what Graphviz orders: there the y axis points up. */
class Pen {
  private line = '#000000';
  private fill = '#ffffff';
  private fontSize = 10;

  constructor(
    private readonly document: PDFKit.PDFDocument,
    private readonly bottom: number,
  ) {}

  /** Orders of another kind are left out. */
  draw(list: readonly unknown[]): void {
    this.document.lineWidth(1).undash();
    for (const each of list) {
      const parsed = order.safeParse(each);
      if (parsed.success) this.follow(parsed.data);
    }
  }

  private follow(told: Order): void {
    switch (told.op) {
      case 'c':
        this.line = told.color;
        break;
      case 'C':
        this.fill = told.color;
        break;
      case 'S':
        this.style(told.style);
        break;
      case 'F':
        this.fontSize = told.size;
        break;
      case 'T':
        this.text(told);
        break;
      default:
        this.shape(
          told.op,
          told.points.map(each => this.place(each)),
        );
    }
  }

  private style(style: string): void {
    const width = /^setlinewidth\((?<width>[\d.]+)\)$/.exec(style)?.groups?.width;
    if (width !== undefined) this.document.lineWidth(Number(width));
    else if (style === 'dashed') this.document.dash(3, { space: 2 });
  }

  private shape(op: 'p' | 'P' | 'L' | 'b' | 'B', points: Point[]): void {
    const [first, ...others] = points;
    if (first === undefined) return;
    this.document.moveTo(...first);
    if (op === 'b' || op === 'B') {
      for (let index = 0; index + 2 < others.length; index += 3) {
        const [[ax, ay], [bx, by], [x, y]] = others.slice(index, index + 3) as [Point, Point, Point];
        this.document.bezierCurveTo(ax, ay, bx, by, x, y);
      }
    } else for (const each of others) this.document.lineTo(...each);
    if (op === 'p' || op === 'P') this.document.closePath();
    const line = colourOf(this.line);
    this.document.strokeColor(line.colour, line.opacity);
    const fill = colourOf(this.fill);
    if (op === 'P' || op === 'B') this.document.fillColor(fill.colour, fill.opacity).fillAndStroke();
    else this.document.stroke();
  }

  private text({ pt, align, text }: Extract<Order, { op: 'T' }>): void {
    const { colour, opacity } = colourOf(this.line);
    const shown = printable(text);
    this.document.fontSize(this.fontSize).fillColor(colour, opacity);
    const width = this.document.widthOfString(shown);
    const [x, baseline] = this.place(pt);
    const left = align === 'l' ? x : align === 'r' ? x - width : x - width / 2;
    this.document.text(shown, left, baseline, { lineBreak: false, baseline: 'alphabetic' });
  }

  private place([x, y]: Point): Point {
    return [x + MARGIN, this.bottom - y];
  }
}

/** Graphviz writes `#rrggbb` or `#rrggbbaa`. */
function colourOf(text: string): { colour: string; opacity: number } {
  const opacity = text.length === 9 ? Number.parseInt(text.slice(7), 16) / 255 : 1;
  return { colour: text.slice(0, 7), opacity };
}

/** The standard fonts of PDF have Windows' Western letters alone. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff…–—·•€]/gu, '?');
}
