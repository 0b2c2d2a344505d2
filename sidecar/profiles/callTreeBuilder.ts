/** A call tree that grows as stacks are put into it. */
import type { ProfileNode } from './profile';

const OUTERMOST = -1;

export class CallTree {
  readonly nodes: ProfileNode[] = [];
  /** By caller and frame. */
  private readonly indices = new Map<string, number>();

  /**
   * @param stack indices of frames, outermost first; at least one
   * @returns index of the node that stands for the innermost
   */
  nodeOf(stack: readonly number[]): number {
    return stack.reduce((parent, frame) => this.child(parent, frame), OUTERMOST);
  }

  private child(parent: number, frame: number): number {
    const key = `${parent}:${frame}`;
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    this.indices.set(key, this.nodes.length);
    return this.nodes.push({ frame, parent }) - 1;
  }
}
