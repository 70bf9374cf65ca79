import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files of the page take the longest. They come first, so that no worker is left with one of them
 * at the end.
 */
export default class WebFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWeb = ({ project }: TestSpecification) => project.name === "web";
    return [...sorted.filter(isWeb), ...sorted.filter((file) => !isWeb(file))];
  }
}
